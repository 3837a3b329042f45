package dev.belay.system.simulation;

public final class Simulate {
    private Simulate() {}

    public static void main(String[] args) {
        long from = Long.parseLong(args[0]);
        long to = Long.parseLong(args[1]);
        long t = System.nanoTime();
        long hash = 0, steps = 0; double max = 0; int bad = 0;
        for (long s = from; s < to; s++) {
            long t0 = System.nanoTime();
            var v = Simulation.run(s, PlantedBug.NONE, args.length > 2 ? System.out : null);
            double ms = (System.nanoTime() - t0) / 1e6;
            if (ms > max) { max = ms; System.out.println("slowest " + s + " " + ms + " ms " + v.steps() + " steps " + v.micros()/1000000 + " s"); }
            hash = hash * 31 + v.hash(); steps += v.steps();
            if (v.violation() != null) {
                System.out.println("seed " + s + " " + v.violation());
                if (++bad > 12) break;
            }
        }
        System.out.println("hash " + Long.toHexString(hash) + " steps " + steps + " rate " + (to - from) / ((System.nanoTime() - t) / 1e9));
    }
}
