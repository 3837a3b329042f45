package dev.belay.planted.order.event;

/// Leaned on by [dev.belay.planted.order.delivery.Downward].
public record Thing(int value) {}
