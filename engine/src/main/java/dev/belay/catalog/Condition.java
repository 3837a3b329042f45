package dev.belay.catalog;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.belay.catalog.Filter.InvalidFilter;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelErrorCode;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.exceptions.CelAttributeNotFoundException;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import dev.cel.common.values.NullValue;
import dev.cel.common.values.StructValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.Program;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A checked CEL expression and the program made from it: the one place that touches CEL. Apart
/// from [Filter], because that has to let this module read the CEL libraries before this class is
/// linked.
final class Condition {
    /// What stands for JSON null in an expression.
    static final Object NULL = NullValue.NULL_VALUE;

    private static final CelOptions OPTIONS =
            CelOptions.current()
                    .maxExpressionCodePointSize(Filter.MAX_LENGTH)
                    .maxParseRecursionDepth(32)
                    .maxParseErrorRecoveryLimit(0)
                    .comprehensionMaxIterations(Filter.MAX_ITERATIONS)
                    .maxRegexProgramSize(10_000)
                    .enableHeterogeneousNumericComparisons(true)
                    .errorOnDuplicateMapKeys(true)
                    .build();

    private static final Map<String, CelType> FIELDS =
            Map.of(
                    "source", SimpleType.STRING,
                    "type", SimpleType.STRING,
                    "external_id", SimpleType.STRING,
                    "received_at", SimpleType.TIMESTAMP,
                    "headers", MapType.create(SimpleType.STRING, SimpleType.STRING),
                    "body", SimpleType.DYN);

    private static final StructType EVENT =
            StructType.create(
                    "belay.Event",
                    ImmutableSet.copyOf(FIELDS.keySet()),
                    name -> Optional.ofNullable(FIELDS.get(name)));

    private static final CelCompiler COMPILER =
            CelCompilerFactory.standardCelCompilerBuilder()
                    .setOptions(OPTIONS)
                    .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                    .setTypeProvider(new EventTypes())
                    .addVar("event", StructTypeReference.create(EVENT.name()))
                    .setResultType(SimpleType.BOOL)
                    .build();

    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder()
                    .setOptions(OPTIONS)
                    .setTypeProvider(new EventTypes())
                    .build();

    private final Program program;

    private Condition(Program program) {
        this.program = program;
    }

    static Condition compile(String text) throws InvalidFilter {
        try {
            CelValidationResult checked = COMPILER.compile(text);
            if (checked.hasError()) {
                throw new InvalidFilter(
                        checked.getErrors().stream()
                                .limit(3)
                                .map(Condition::describe)
                                .collect(Collectors.joining("; ")));
            }
            CelAbstractSyntaxTree tree = checked.getAst();
            checkPatterns(tree);
            return new Condition(RUNTIME.createProgram(tree));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new InvalidFilter(String.valueOf(e.getMessage()));
        }
    }

    private static String describe(CelIssue issue) {
        return String.format(
                Locale.ROOT,
                "line %d, column %d: %s",
                issue.getSourceLocation().getLine(),
                issue.getSourceLocation().getColumn() + 1,
                issue.getMessage());
    }

    /// Patterns must be written out: one taken from an event would be the sender's to choose.
    private static void checkPatterns(CelAbstractSyntaxTree tree) throws InvalidFilter {
        for (CelNavigableExpr node : CelNavigableAst.fromAst(tree).getRoot().allNodes().toList()) {
            if (node.getKind() != CelExpr.ExprKind.Kind.CALL
                    || !node.expr().call().function().equals("matches")) {
                continue;
            }
            CelExpr pattern = node.expr().call().args().getLast();
            if (pattern.exprKind().getKind() != CelExpr.ExprKind.Kind.CONSTANT
                    || pattern.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
                throw new InvalidFilter("matches() needs its pattern as a literal string");
            }
            String text = pattern.constant().stringValue();
            if (text.length() > Filter.MAX_PATTERN_LENGTH) {
                throw new InvalidFilter(
                        "a pattern may have at most " + Filter.MAX_PATTERN_LENGTH + " characters");
            }
            try {
                Pattern.compile(text);
            } catch (PatternSyntaxException e) {
                throw new InvalidFilter("not a pattern of RE2: " + e.getDescription());
            }
        }
    }

    Filter.Result test(EventFacts facts) {
        try {
            Object result = program.eval(Map.of("event", new EventValue(facts)));
            if (result instanceof Boolean wanted) {
                return wanted ? Filter.Result.MATCH : Filter.Result.NO_MATCH;
            }
            return new Filter.Result.Failed("the condition did not come to true or false");
        } catch (EventFacts.UnreadableBody e) {
            return new Filter.Result.Failed(String.valueOf(e.getMessage()));
        } catch (CelEvaluationException e) {
            return e.getCause() instanceof EventFacts.UnreadableBody unreadable
                    ? new Filter.Result.Failed(String.valueOf(unreadable.getMessage()))
                    : failed(e.getErrorCode());
        }
    }

    /// CEL's own messages may quote values of the event, so only the kind of error is told.
    private static Filter.Result failed(CelErrorCode code) {
        return switch (code) {
            case ATTRIBUTE_NOT_FOUND, INDEX_OUT_OF_BOUNDS -> Filter.Result.NO_MATCH;
            case OVERLOAD_NOT_FOUND ->
                    new Filter.Result.Failed("a value has another type than the condition expects");
            case ITERATION_BUDGET_EXCEEDED ->
                    new Filter.Result.Failed(
                            "the condition needs more than " + Filter.MAX_ITERATIONS + " steps");
            default ->
                    new Filter.Result.Failed(
                            "the condition could not be evaluated: "
                                    + code.name().toLowerCase(Locale.ROOT));
        };
    }

    /// Knows the type of `event`, so that a misspelt field is an error of the condition and not an
    /// absent field of every event.
    private static final class EventTypes implements CelTypeProvider {
        @Override
        public ImmutableCollection<CelType> types() {
            return ImmutableList.of(EVENT);
        }

        @Override
        public Optional<CelType> findType(String name) {
            return name.equals(EVENT.name()) ? Optional.of(EVENT) : Optional.empty();
        }
    }

    /// The facts as CEL reads them: field by field, on demand.
    // The superclass asks for immutability; facts only remember what they have worked out, and one
    // thread evaluates at a time.
    @SuppressWarnings("Immutable")
    private static final class EventValue extends StructValue<String, EventFacts> {
        private final EventFacts facts;

        private EventValue(EventFacts facts) {
            this.facts = facts;
        }

        @Override
        public EventFacts value() {
            return facts;
        }

        @Override
        public boolean isZeroValue() {
            return false;
        }

        @Override
        public CelType celType() {
            return EVENT;
        }

        @Override
        public Object select(String field) {
            Object value = facts.field(field);
            if (value == null) {
                throw CelAttributeNotFoundException.forFieldResolution(field);
            }
            return value;
        }

        @Override
        public Optional<Object> find(String field) {
            return Optional.ofNullable(facts.field(field));
        }
    }
}
