package dev.belay.server.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why a request was not served, as RFC 9457 writes it. Never holds a value of the request, a stack
/// trace, a path or a secret.
///
/// @param status the HTTP status
/// @param slug names the type: `/problems/{slug}`
/// @param title short and always the same for a slug
/// @param detail what to do about it, null where the title says it all
/// @param errors fields at fault; empty for problems of no field
/// @param retryAfterSeconds when to try again, 0 where trying again does not help
public record Problem(
        int status,
        String slug,
        String title,
        @Nullable String detail,
        List<FieldError> errors,
        int retryAfterSeconds) {
    public Problem {
        errors = List.copyOf(errors);
    }

    /// One field at fault.
    ///
    /// @param pointer JSON pointer into the body, or the name of a query parameter
    /// @param detail what is wrong with it
    public record FieldError(String pointer, String detail) {}

    /// A problem with nothing but a title.
    public static Problem of(int status, String slug, String title) {
        return new Problem(status, slug, title, null, List.of(), 0);
    }

    /// The same with a sentence that says more.
    public Problem detail(String sentence) {
        return new Problem(status, slug, title, sentence, errors, retryAfterSeconds);
    }

    /// The same, to be tried again after so many seconds.
    public Problem retryAfter(int seconds) {
        return new Problem(status, slug, title, detail, errors, seconds);
    }

    /// 400.
    public static Problem malformed(String detail) {
        return of(400, "malformed-request", "The request is malformed.").detail(detail);
    }

    /// 404.
    public static Problem notFound() {
        return of(404, "not-found", "There is nothing here.");
    }

    /// 422 with the fields at fault.
    public static Problem invalid(List<FieldError> errors) {
        return new Problem(422, "validation-failed", "The request is not valid.", null, errors, 0);
    }

    /// 422 with one field at fault.
    public static Problem invalid(String pointer, String detail) {
        return invalid(List.of(new FieldError(pointer, detail)));
    }

    /// 409.
    public static Problem conflict(String detail) {
        return of(409, "conflict", "The request is at odds with the present state.").detail(detail);
    }

    /// 413.
    public static Problem tooLarge(long limitBytes) {
        return of(413, "payload-too-large", "The body is too large.")
                .detail("At most " + limitBytes + " bytes are accepted here.");
    }

    /// 408.
    public static Problem tooSlow() {
        return of(408, "request-timeout", "The request came too slowly.");
    }

    /// As an answer.
    public Response response() {
        StringBuilder json = new StringBuilder(160);
        json.append("{\"type\":\"/problems/").append(slug).append("\",\"title\":");
        JsonText.quote(json, title);
        json.append(",\"status\":").append(status);
        if (detail != null) {
            json.append(",\"detail\":");
            JsonText.quote(json, detail);
        }
        if (!errors.isEmpty()) {
            json.append(",\"errors\":[");
            for (int i = 0; i < errors.size(); i++) {
                json.append(i == 0 ? "{\"pointer\":" : ",{\"pointer\":");
                JsonText.quote(json, errors.get(i).pointer());
                json.append(",\"detail\":");
                JsonText.quote(json, errors.get(i).detail());
                json.append('}');
            }
            json.append(']');
        }
        json.append('}');
        Response response =
                new Response(
                        status,
                        "application/problem+json",
                        json.toString().getBytes(StandardCharsets.UTF_8));
        return retryAfterSeconds > 0
                ? response.with("retry-after", Integer.toString(retryAfterSeconds))
                : response;
    }
}
