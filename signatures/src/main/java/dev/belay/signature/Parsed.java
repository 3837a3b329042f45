package dev.belay.signature;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request whose JSON body and form fields are read when first asked for, and once.
final class Parsed {
    private final SignedRequest request;
    private boolean isJsonRead;
    private JsonText.@Nullable Value json;
    private @Nullable List<FormText.Field> form;
    private @Nullable List<FormText.Field> query;

    Parsed(SignedRequest request) {
        this.request = request;
    }

    SignedRequest request() {
        return request;
    }

    /// The body as JSON, or null where it is none.
    JsonText.@Nullable Value json() {
        if (!isJsonRead) {
            json = JsonText.read(request.body());
            isJsonRead = true;
        }
        return json;
    }

    /// The fields of the body as a form; none where it is malformed.
    List<FormText.Field> form() {
        List<FormText.Field> read = form;
        if (read == null) {
            read = FormText.read(request.body());
            form = read;
        }
        return read;
    }

    /// The parameters of the URL's query; none where it is malformed.
    List<FormText.Field> query() {
        List<FormText.Field> read = query;
        if (read == null) {
            read = FormText.ofQuery(request.url());
            query = read;
        }
        return read;
    }

    /// What is at a place, or null.
    @Nullable String find(Location location) {
        return switch (location) {
            case Location.Header(String name) ->
                    request.headers()
                            .first(name)
                            .map(String::strip)
                            .filter(text -> !text.isEmpty())
                            .orElse(null);
            case Location.Pointer(String pointer) -> scalar(pointer);
            case Location.Query(String name) -> FormText.only(query(), name);
            case Location.FormField(String name) -> FormText.only(form(), name);
            case Location.Joined(List<Location> parts) -> {
                StringBuilder joined = new StringBuilder();
                for (Location part : parts) {
                    String found = find(part);
                    if (found == null) {
                        yield null;
                    }
                    joined.append(joined.isEmpty() ? "" : ".").append(found);
                }
                yield joined.toString();
            }
        };
    }

    /// The scalar at a JSON pointer of the body, or null.
    @Nullable String scalar(String pointer) {
        JsonText.Value root = json();
        return root == null ? null : root.scalar(pointer);
    }
}
