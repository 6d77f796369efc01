"""Where the points of a chart lie."""

from warmline.web.pages.charts import HEIGHT, TOP, WIDTH, chart


def test_the_longest_touches_the_top_and_nothing_lies_on_the_ground() -> None:
    drawn = chart([("1", 4, 60.0, "a"), ("2", 2, 30.0, "b"), ("3", 0, 0.0, "c")], "1:00", "s")
    assert [bar.y for bar in drawn.bars] == [TOP, (HEIGHT + TOP) / 2, HEIGHT]
    first, second, third = drawn.bars
    assert first.height == 2 * second.height > third.height == 0
    assert first.top + first.height == HEIGHT
    assert third.x + third.width < WIDTH
    assert first.top > TOP


def test_a_day_without_a_measurement_breaks_the_line() -> None:
    drawn = chart([("1", 1, 1.0, ""), ("2", 1, 2.0, ""), ("3", 0, None, ""), ("4", 1, 1.0, "")], "", "")
    assert [path.count("L") for path in drawn.lines] == [1, 0]
    assert drawn.bars[2].y is None


def test_of_nothing_there_is_nothing_to_draw() -> None:
    assert chart([], "", "").lines == ()
    assert chart([("1", 0, None, "")], "", "").lines == ()
