package dev.belay.system.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/// `docs/dependencies.md` names what the poms pin: no more, no less, no other version.
final class DependenciesDocumentTest {
    private static final Path ROOT = Path.of("..");
    private static final String MAVEN_PLUGINS = "org.apache.maven.plugins";

    @Test
    void the_document_names_exactly_what_the_poms_pin() throws Exception {
        assertThat(documented()).containsExactlyInAnyOrderEntriesOf(pinned());
    }

    @Test
    void no_module_pins_a_version_of_its_own() throws Exception {
        for (String module : List.of("signatures", "engine", "server", "testkit", "system-tests")) {
            Document pom = parse(ROOT.resolve(module).resolve("pom.xml"));
            for (Element coordinate : elements(pom, "artifactId")) {
                Element owner = (Element) coordinate.getParentNode();
                if (!owner.getTagName().equals("parent")) {
                    assertThat(text(owner, "version"))
                            .as(module + owner.getTextContent())
                            .isEmpty();
                }
            }
        }
    }

    /// Artifact → version, from the parent pom: dependencies, plugins and annotation processors.
    private static Map<String, String> pinned() throws Exception {
        Document pom = parse(ROOT.resolve("pom.xml"));
        Map<String, String> properties = new HashMap<>();
        for (Element property : children(elements(pom, "properties").getFirst())) {
            properties.put("${" + property.getTagName() + "}", property.getTextContent().strip());
        }
        Map<String, String> pinned = new TreeMap<>();
        for (String kind : List.of("dependency", "plugin", "path")) {
            for (Element element : elements(pom, kind)) {
                String version = text(element, "version");
                String group = text(element, "groupId");
                if (!version.isEmpty() && !group.equals("dev.belay")) {
                    pinned.put(
                            (group.isEmpty() ? MAVEN_PLUGINS : group)
                                    + ":"
                                    + text(element, "artifactId"),
                            properties.getOrDefault(version, version));
                }
            }
        }
        Element format = elements(pom, "googleJavaFormat").getFirst();
        pinned.put(
                "com.google.googlejavaformat:google-java-format",
                properties.getOrDefault(text(format, "version"), text(format, "version")));
        return pinned;
    }

    private static Map<String, String> documented() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/dependencies.md"))) {
            if (line.startsWith("| `")) {
                String[] cells = line.split("\\|", -1);
                assertThat(cells[3].strip()).as("licence in: " + line).isNotEmpty();
                assertThat(cells[4].strip()).as("reason in: " + line).isNotEmpty();
                documented.put(cells[1].strip().replace("`", ""), cells[2].strip());
            }
        }
        return documented;
    }

    private static Document parse(Path file) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    /// The text of a direct child, empty where there is none.
    private static String text(Element parent, String name) {
        return children(parent).stream()
                .filter(child -> child.getTagName().equals(name))
                .map(child -> child.getTextContent().strip())
                .findFirst()
                .orElse("");
    }
}
