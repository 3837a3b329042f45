package dev.belay.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// Reads YAML 1.2 into a [Tree] with line numbers. Depth and size are bounded, aliases included;
/// tags build nothing.
final class YamlTree {
    private static final int MAX_LENGTH = 4 * 1024 * 1024;
    private static final int MAX_DEPTH = 50;

    /// Far more than a file without aliases can hold of what is understood.
    private static final int MAX_NODES = 250_000;

    private static final LoadSettings SETTINGS =
            LoadSettings.builder()
                    .setLabel("configuration")
                    .setUseMarks(true)
                    .setSchema(new CoreSchema())
                    .setAllowNonScalarKeys(true)
                    .setMaxAliasesForCollections(50)
                    .build();

    private final List<ConfigProblem> problems;

    private int nodes;

    private YamlTree(List<ConfigProblem> problems) {
        this.problems = problems;
    }

    /// Reads a text. An empty one is an empty mapping.
    ///
    /// @param problems takes what is wrong with the text as YAML
    /// @return null where the text cannot be read at all
    static @Nullable Tree read(String yaml, List<ConfigProblem> problems) {
        if (yaml.length() > MAX_LENGTH) {
            problems.add(new ConfigProblem("", "is longer than 4 MiB", 0));
            return null;
        }
        try {
            Parser parser = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, yaml));
            Optional<Node> root = new Composer(SETTINGS, new Shallow(parser)).getSingleNode();
            return root.isEmpty()
                    ? new Tree.Fields(Map.of(), 1)
                    : new YamlTree(problems).tree(root.get(), "", 0);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            problems.add(new ConfigProblem("", "is not YAML: " + withoutValues(e), line));
        } catch (YamlEngineException e) {
            problems.add(new ConfigProblem("", "is not YAML: has unprintable characters", 0));
        }
        return null;
    }

    /// What is wrong. Two of the parser's messages repeat what was written, and what was written
    /// may be a secret that should have been in quotes.
    private static String withoutValues(MarkedYamlEngineException e) {
        String problem = e.getProblem();
        if (problem.startsWith("found undefined alias")) {
            return "found an alias to nothing; a text that begins with * needs quotes";
        }
        return problem.startsWith("found undefined tag handle")
                ? "found an undefined tag; a text that begins with ! needs quotes"
                : problem;
    }

    /// Ends the reading of what is nested too deeply, before the recursion of the composer does.
    private static final class Shallow implements Parser {
        private final Parser parser;
        private int depth;

        Shallow(Parser parser) {
            this.parser = parser;
        }

        @Override
        public boolean checkEvent(Event.ID id) {
            return parser.checkEvent(id);
        }

        @Override
        public Event peekEvent() {
            return parser.peekEvent();
        }

        @Override
        public boolean hasNext() {
            return parser.hasNext();
        }

        @Override
        public Event next() {
            Event event = parser.next();
            switch (event.getEventId()) {
                case SequenceStart, MappingStart -> depth++;
                case SequenceEnd, MappingEnd -> depth--;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                throw new ParserException(
                        "", Optional.empty(), "nested too deeply", event.getStartMark());
            }
            return event;
        }
    }

    private Tree tree(Node node, String pointer, int depth) {
        int line = line(node);
        if (depth > MAX_DEPTH) {
            problems.add(new ConfigProblem(pointer, "is nested too deeply", line));
            // Said once: an alias to what holds it would be said without end.
            nodes = MAX_NODES + 1;
            return new Tree.Scalar("", Tree.Kind.NOTHING, line);
        }
        if (++nodes > MAX_NODES) {
            if (nodes == MAX_NODES + 1) {
                problems.add(new ConfigProblem(pointer, "is too large with all aliases", line));
            }
            return new Tree.Scalar("", Tree.Kind.NOTHING, line);
        }
        if (node instanceof ScalarNode scalar) {
            return new Tree.Scalar(scalar.getValue(), kind(scalar.getTag()), line);
        }
        if (node instanceof SequenceNode sequence) {
            List<Tree> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(tree(item, pointer + "/" + items.size(), depth + 1));
            }
            return new Tree.Items(items, line);
        }
        Map<String, Tree> fields = new LinkedHashMap<>();
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                    problems.add(
                            new ConfigProblem(
                                    pointer,
                                    "has a key that is no text",
                                    line(entry.getKeyNode())));
                    continue;
                }
                String below = pointer + "/" + Form.escaped(key.getValue());
                if (fields.containsKey(key.getValue())) {
                    problems.add(new ConfigProblem(below, "is there twice", line(key)));
                }
                fields.put(key.getValue(), tree(entry.getValueNode(), below, depth + 1));
            }
        }
        return new Tree.Fields(fields, line);
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(-1) + 1;
    }

    private static Tree.Kind kind(Tag tag) {
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return Tree.Kind.NUMBER;
        }
        if (tag.equals(Tag.BOOL)) {
            return Tree.Kind.BOOLEAN;
        }
        return tag.equals(Tag.NULL) ? Tree.Kind.NOTHING : Tree.Kind.TEXT;
    }
}
