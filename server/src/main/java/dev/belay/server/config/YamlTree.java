package dev.belay.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads YAML 1.2 into a [Tree] with line numbers. Aliases are bounded, tags build nothing.
final class YamlTree {
    private static final LoadSettings SETTINGS =
            LoadSettings.builder()
                    .setLabel("configuration")
                    .setUseMarks(true)
                    .setMaxAliasesForCollections(50)
                    .setCodePointLimit(4 * 1024 * 1024)
                    .build();

    private final List<ConfigProblem> problems;

    private YamlTree(List<ConfigProblem> problems) {
        this.problems = problems;
    }

    /// Reads a text. An empty one is an empty mapping.
    ///
    /// @param problems takes what is wrong with the text as YAML
    static Tree read(String yaml, List<ConfigProblem> problems) {
        try {
            Optional<Node> root = new Compose(SETTINGS).composeString(yaml);
            return root.isEmpty()
                    ? new Tree.Fields(Map.of(), 1)
                    : new YamlTree(problems).tree(root.get(), "", 0);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            problems.add(new ConfigProblem("", "is not YAML: " + e.getProblem(), line));
        } catch (YamlEngineException e) {
            problems.add(new ConfigProblem("", "is not YAML", 0));
        }
        return new Tree.Fields(Map.of(), 1);
    }

    private Tree tree(Node node, String pointer, int depth) {
        int line = line(node);
        if (depth > 50) {
            problems.add(new ConfigProblem(pointer, "is nested too deeply", line));
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
