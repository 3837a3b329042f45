package dev.belay.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Base32Test {
    private static long parse(String text) {
        return Base32.parse(text, 0, text.length());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0000000000000",
        "31, 000000000000z",
        "32, 0000000000010",
        "9223372036854775807, 7zzzzzzzzzzzz"
    })
    void numbers_have_one_text_of_13_characters(long value, String text) {
        assertThat(Base32.format(value)).isEqualTo(text);
        assertThat(parse(text)).isEqualTo(value);
    }

    @Test
    void any_number_comes_back_and_texts_sort_as_numbers_do() {
        SplittableRandom random = new SplittableRandom(20_260_301);
        List<Long> values = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            values.add(random.nextLong() >>> random.nextInt(1, 64));
        }
        assertThat(values).allSatisfy(v -> assertThat(parse(Base32.format(v))).isEqualTo(v));

        List<String> byNumber = values.stream().sorted().map(Base32::format).toList();
        assertThat(byNumber).isSorted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "000000000000",
                "00000000000000",
                "8000000000000",
                "z000000000000",
                "000000000000Z",
                "000000000000i",
                "000000000000l",
                "000000000000o",
                "000000000000u",
                "00000000000-1",
                "000000000000é"
            })
    void other_texts_are_no_numbers(String text) {
        assertThat(parse(text)).isEqualTo(-1);
    }

    @Test
    void only_the_part_asked_for_is_read() {
        assertThat(Base32.parse("__000000000000z__", 2, 15)).isEqualTo(31);
    }
}
