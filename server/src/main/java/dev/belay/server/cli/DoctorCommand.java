package dev.belay.server.cli;

import dev.belay.server.config.ConfigProblem;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// `belay doctor`: looks at what a gateway needs and says what is wrong.
@Command(
        name = "doctor",
        description = "Check this machine, the data directory and a running gateway.")
final class DoctorCommand implements Callable<Integer> {
    /// Below this, a burst of webhooks can fill the disk before anyone looks.
    private static final long LOW_ON_SPACE_BYTES = 1L << 30;

    /// File systems on which a file's lock and a sync are not what a database needs.
    private static final List<String> NETWORK_FILE_SYSTEMS =
            List.of("nfs", "nfs4", "cifs", "smb2", "smbfs", "9p", "fuse.sshfs");

    private final Shell shell;
    private final List<Finding> findings = new ArrayList<>();
    @Mixin private Connection connection = new Connection();
    @Mixin private Output output = new Output();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration to check (default: ./belay.yaml where there is one).")
    private Path config = Path.of("belay.yaml");

    DoctorCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        java();
        configuration();
        dataDirectory(connection.data().toAbsolutePath());
        gateway();
        if (output.json) {
            ArrayNode list = JsonMapper.shared().createArrayNode();
            for (Finding finding : findings) {
                list.addObject()
                        .put("check", finding.check())
                        .put("result", finding.result().word)
                        .put("detail", finding.detail());
            }
            shell.terminal().json(list);
        } else {
            for (Finding finding : findings) {
                shell.terminal()
                        .line(
                                "%-4s  %-14s %s"
                                        .formatted(
                                                finding.result().word,
                                                finding.check(),
                                                finding.detail()));
            }
        }
        boolean failed = findings.stream().anyMatch(f -> f.result() == Result.FAIL);
        return (failed ? ExitCode.FAILED : ExitCode.OK).number();
    }

    private void java() {
        add("java", Result.OK, Runtime.version() + ", " + System.getProperty("java.home"));
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        add("heap", heap < 128 ? Result.WARN : Result.OK, "at most " + heap + " MiB");
    }

    private void configuration() {
        if (!Files.exists(config)) {
            add("configuration", Result.OK, config + " is not there: zero-configuration start");
            return;
        }
        List<ConfigProblem> problems = CheckCommand.problems(config, shell.environment());
        if (problems.isEmpty()) {
            add("configuration", Result.OK, config + " is valid");
        }
        problems.forEach(problem -> add("configuration", Result.FAIL, problem.toString()));
    }

    private void dataDirectory(Path directory) {
        Path existing = directory;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!Files.isWritable(existing)) {
            add("data", Result.FAIL, existing + " is not writable");
            return;
        }
        try {
            FileStore store = Files.getFileStore(existing);
            add("data", Result.OK, directory + (existing.equals(directory) ? "" : " (to be made)"));
            boolean network = NETWORK_FILE_SYSTEMS.contains(store.type());
            add(
                    "file system",
                    network ? Result.FAIL : Result.OK,
                    store.type() + (network ? ": the embedded store needs a local disk" : ""));
            long free = store.getUsableSpace();
            add(
                    "disk",
                    free < LOW_ON_SPACE_BYTES ? Result.WARN : Result.OK,
                    (free >> 20) + " MiB free");
        } catch (IOException e) {
            add("data", Result.FAIL, "cannot look at " + existing);
        }
    }

    private void gateway() {
        try (ApiClient api = connection.open(shell.environment())) {
            String base = connection.base(shell.environment()).toString();
            HttpResponse<byte[]> health = api.probe("/healthz");
            add("gateway", health.statusCode() == 200 ? Result.OK : Result.FAIL, base);
            HttpResponse<byte[]> ready = api.probe("/readyz");
            add(
                    "ready",
                    ready.statusCode() == 200 ? Result.OK : Result.FAIL,
                    ready.statusCode() == 200
                            ? "yes"
                            : new String(ready.body(), StandardCharsets.UTF_8));
            api.get("stats", new ApiClient.Query());
            add("token", Result.OK, "accepted");
        } catch (CliFailure failure) {
            switch (failure.code()) {
                case UNREACHABLE -> add("gateway", Result.WARN, failure.message());
                case REFUSED -> add("token", Result.WARN, failure.message());
                case OK, FAILED, USAGE -> add("gateway", Result.FAIL, failure.message());
            }
        }
    }

    private void add(String check, Result result, String detail) {
        findings.add(new Finding(check, result, detail));
    }

    private record Finding(String check, Result result, String detail) {}

    private enum Result {
        OK("ok"),
        WARN("warn"),
        FAIL("FAIL");

        private final String word;

        Result(String word) {
            this.word = word;
        }
    }
}
