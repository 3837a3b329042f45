package dev.belay;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.belay.signature.Secret;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules of the house. Each is checked twice: the product keeps it, and a planted offender
/// breaks it, so that no rule is green because it looks at nothing.
class ArchitectureTest {
    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.belay");

    /// Imports point the way a webhook travels; each package with those it may lean on.
    private static final List<Layer> LAYERS =
            List.of(
                    new Layer("time"),
                    new Layer("event", "time"),
                    new Layer("catalog", "event"),
                    new Layer("signal", "event"),
                    new Layer("delivery", "catalog", "event", "signal", "time"),
                    new Layer("ingest", "delivery", "catalog", "event", "signal", "time"),
                    new Layer(
                            "history", "ingest", "delivery", "catalog", "event", "signal", "time"),
                    new Layer(
                            "store",
                            "history",
                            "ingest",
                            "delivery",
                            "catalog",
                            "event",
                            "signal",
                            "time"),
                    new Layer("transport", "delivery", "catalog", "event", "signal", "time"));

    record Layer(String name, Set<String> below) {
        Layer(String name, String... below) {
            this(name, Set.of(below));
        }

        ArchRule rule(String root) {
            String[] forbidden =
                    Stream.concat(
                                    Stream.of(root),
                                    LAYERS.stream()
                                            .map(Layer::name)
                                            .filter(other -> !other.equals(name))
                                            .filter(other -> !below.contains(other))
                                            .map(other -> root + "." + other + ".."))
                            .toArray(String[]::new);
            return noClasses()
                    .that()
                    .resideInAPackage(root + "." + name + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden)
                    .because(name + " may lean on " + below + " only");
        }
    }

    private static ArchRule noCycles(String root) {
        return slices().matching(root + ".(*)..").should().beFreeOfCycles();
    }

    private static final ArchRule NO_CLOCK =
            calls(
                    "..time..",
                    "read a clock",
                    (owner, name) ->
                            (owner.equals(System.class.getName())
                                            && Set.of("currentTimeMillis", "nanoTime")
                                                    .contains(name))
                                    || (name.equals("now")
                                            && Stream.of(
                                                            Instant.class,
                                                            LocalDate.class,
                                                            LocalDateTime.class,
                                                            OffsetDateTime.class,
                                                            ZonedDateTime.class)
                                                    .map(Class::getName)
                                                    .anyMatch(owner::equals))
                                    || (owner.equals(Clock.class.getName())
                                            && name.startsWith("system")));

    /// SecureRandom is for keys and tokens: it may be injected where they are made, and is made in
    /// the root package, which wires.
    private static final ArchRule NO_RANDOMNESS =
            calls(
                    "dev.belay",
                    "make randomness",
                    (owner, name) ->
                            (owner.equals(Math.class.getName()) && name.equals("random"))
                                    || (owner.equals(UUID.class.getName())
                                            && name.equals("randomUUID"))
                                    || (owner.equals(ThreadLocalRandom.class.getName())
                                            && name.equals("current"))
                                    || (name.equals("<init>")
                                            && Stream.of(
                                                            Random.class,
                                                            SplittableRandom.class,
                                                            SecureRandom.class)
                                                    .map(Class::getName)
                                                    .anyMatch(owner::equals)));

    private static final ArchRule NO_SLEEP =
            calls(
                    "",
                    "sleep",
                    (owner, name) ->
                            name.equals("sleep")
                                    && (owner.equals(Thread.class.getName())
                                            || owner.equals("java.util.concurrent.TimeUnit")));

    private static final ArchRule NO_REGEX =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("java.util.regex..")
                    .orShould()
                    .callMethodWhere(
                            target(
                                    "run a regular expression",
                                    (owner, name) ->
                                            owner.equals(String.class.getName())
                                                    && Set.of(
                                                                    "matches",
                                                                    "replaceAll",
                                                                    "replaceFirst",
                                                                    "split")
                                                            .contains(name)))
                    .because("a regular expression on user input can run for ever");

    /// Revealed where they sign, and to the database whose password one is.
    private static final ArchRule SECRETS_STAY_SECRET =
            calls(
                    List.of("..transport..", "..store.postgres.."),
                    "reveal a secret",
                    (owner, name) -> owner.equals(Secret.class.getName()) && name.equals("reveal"));

    /// Bodies and dedupe keys are values, not secrets: whoever can compare them has them.
    private static final ArchRule NO_PLAIN_COMPARISON =
            noClasses()
                    .that()
                    .doNotHaveSimpleName("Body")
                    .and()
                    .doNotHaveSimpleName("DedupeKey")
                    .should()
                    .callMethodWhere(
                            target(
                                    "compare arrays in data-dependent time",
                                    (owner, name) ->
                                            owner.equals(Arrays.class.getName())
                                                    && Set.of("equals", "compare", "mismatch")
                                                            .contains(name)))
                    .because(
                            "how long it takes tells how much is equal; use MessageDigest.isEqual");

    @FunctionalInterface
    private interface Target {
        boolean is(String owner, String name);
    }

    private static DescribedPredicate<JavaAccess<?>> target(String what, Target target) {
        return DescribedPredicate.describe(
                what,
                access -> {
                    AccessTarget called = access.getTarget();
                    return target.is(called.getOwner().getName(), called.getName());
                });
    }

    private static ArchRule calls(String allowedPackage, String what, Target target) {
        return calls(allowedPackage.isEmpty() ? List.of() : List.of(allowedPackage), what, target);
    }

    /// Nobody outside the packages may call what the target says.
    private static ArchRule calls(List<String> allowedPackages, String what, Target target) {
        return noClasses()
                .that(
                        allowedPackages.isEmpty()
                                ? alwaysTrue()
                                : DescribedPredicate.not(
                                        resideInAnyPackage(allowedPackages.toArray(String[]::new))))
                .should()
                .accessTargetWhere(target(what, target));
    }

    static Stream<Arguments> rules() {
        return Stream.of(
                rule("no clock", NO_CLOCK, "Clocks"),
                rule("no randomness", NO_RANDOMNESS, "Dice"),
                rule("no sleep", NO_SLEEP, "Sleeper"),
                rule("no regex", NO_REGEX, "Patterns"),
                rule("no revealing", SECRETS_STAY_SECRET, "Revealer"),
                rule("no plain comparison", NO_PLAIN_COMPARISON, "Comparer"));
    }

    private static Arguments rule(String name, ArchRule rule, String offender) {
        return Arguments.of(Named.of(name, rule), "dev.belay.planted." + offender);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void the_engine_keeps_the_rule(ArchRule rule, String offender) {
        assertThat(offender).isNotBlank();
        rule.check(PRODUCT.that(DescribedPredicate.not(resideInAPackage("dev.belay.signature.."))));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void a_planted_offender_is_found_for_each_thing_it_does(ArchRule rule, String offender)
            throws ClassNotFoundException {
        Class<?> planted = Class.forName(offender);
        JavaClasses classes = new ClassFileImporter().importClasses(planted);
        List<String> found = rule.evaluate(classes).getFailureReport().getDetails();
        for (java.lang.reflect.Method method : planted.getDeclaredMethods()) {
            assertThat(found).as("%s", method).anyMatch(line -> line.contains(method.getName()));
        }
    }

    static Stream<Layer> layers() {
        return LAYERS.stream();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void imports_point_the_way_a_webhook_travels(Layer layer) {
        layer.rule("dev.belay").check(PRODUCT);
    }

    @Test
    void every_package_has_its_place_in_the_order() {
        Set<String> packages =
                PRODUCT.stream()
                        .map(one -> one.getPackageName())
                        .filter(name -> name.startsWith("dev.belay."))
                        .map(name -> name.substring("dev.belay.".length()))
                        .filter(name -> !name.startsWith("signature"))
                        .map(
                                name ->
                                        name.contains(".")
                                                ? name.substring(0, name.indexOf('.'))
                                                : name)
                        .collect(java.util.stream.Collectors.toSet());
        assertThat(LAYERS).extracting(Layer::name).containsAll(packages);
    }

    @Test
    void a_planted_import_against_the_way_is_found() {
        JavaClasses planted = new ClassFileImporter().importPackages("dev.belay.planted.order");
        Layer event = LAYERS.get(1);
        assertThat(event.rule("dev.belay.planted.order").evaluate(planted).hasViolation()).isTrue();
        assertThat(noCycles("dev.belay.planted.order").evaluate(planted).hasViolation()).isTrue();
    }

    @Test
    void there_are_no_cycles() {
        noCycles("dev.belay").check(PRODUCT);
    }
}
