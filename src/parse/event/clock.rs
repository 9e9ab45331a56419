//! Reads the local times of tables: numbers whose order is that of the user's region, which stands nowhere.
//!
//! Refuses to guess: a column in which day and month cannot be told apart gives no times.
//!
//! ```text
//! 6/28/2020 10:57:55 PM  ─▶  Clock { date: [6, 28, 2020], 22:57:55 }   and, later, month first: no month is 28
//! ```

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::words::Order;

/// A date of three numbers in written order, and a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) struct Clock {
    date: [u16; 3],
    hour: u8,
    minute: u8,
    second: u8,
    dotted: bool,
}

const PM: [&str; 6] = ["pm", "p.m.", "午後", "下午", "오후", "μμ"];
const AM: [&str; 6] = ["am", "a.m.", "午前", "上午", "오전", "πμ"];

impl Clock {
    /// Reads a cell; nothing where it is no date with a time.
    pub(in crate::parse) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 64 {
            return None;
        }
        let mut numbers: Vec<u16> = Vec::new();
        let mut number: Option<u16> = None;
        let mut colon = None;
        let mut dotted = false;
        for character in text.chars() {
            if let Some(digit) = character.to_digit(10) {
                // Fractions of a second are longer than any number that is needed.
                let value = number.unwrap_or(0).saturating_mul(10).saturating_add(u16::try_from(digit).unwrap_or(0));
                number = Some(value);
                continue;
            }
            numbers.extend(number.take());
            if character == ':' && colon.is_none() {
                colon = Some(numbers.len());
            }
            dotted |= character == '.' && numbers.len() == 1;
        }
        numbers.extend(number);
        // The hour is the number before the first colon; three stand before it.
        let [a, b, c, hour, minute, rest @ ..] = numbers.as_slice() else { return None };
        if colon != Some(4) {
            return None;
        }
        let second = rest.first().copied().unwrap_or(0);
        let folded = text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
        let (pm, am) = (has(&PM), has(&AM));
        let mut hour = *hour;
        if (pm || am) && !(1..=12).contains(&hour) && !(hour < 24 && (text.contains('午') || text.contains('오'))) {
            return None;
        }
        if pm && hour < 12 {
            hour += 12;
        } else if am && hour == 12 {
            hour = 0;
        }
        if hour > 23 || *minute > 59 || second > 59 {
            return None;
        }
        Some(Self {
            date: [*a, *b, *c],
            hour: u8::try_from(hour).ok()?,
            minute: u8::try_from(*minute).ok()?,
            second: u8::try_from(second).ok()?,
            dotted,
        })
    }

    /// The order that this date alone shows.
    pub(in crate::parse) fn order(self) -> Option<Order> {
        let [first, second, _] = self.date;
        if first > 31 {
            Some(Order::YearMonthDay)
        } else if first > 12 || self.dotted {
            Some(Order::DayMonthYear)
        } else if second > 12 {
            Some(Order::MonthDayYear)
        } else {
            None
        }
    }

    /// What the clock showed, taken as UTC.
    pub(in crate::parse) fn at(self, order: Order) -> Option<Timestamp> {
        let [a, b, c] = self.date;
        let (year, month, day) = match order {
            Order::YearMonthDay => (a, b, c),
            Order::DayMonthYear => (c, b, a),
            Order::MonthDayYear => (c, a, b),
        };
        let year = match year {
            // The Buddhist calendar is 543 years ahead.
            2400..=2700 => year - 543,
            1980..=2200 => year,
            _ => return None,
        };
        let small = |value: u16| i8::try_from(value).ok();
        let time = [self.hour, self.minute, self.second].map(|value| i8::try_from(value).unwrap_or(0));
        let [hour, minute, second] = time;
        let date =
            DateTime::new(i16::try_from(year).ok()?, small(month)?, small(day)?, hour, minute, second, 0).ok()?;
        date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    }
}

/// The order of a column that no single date shows: the one in which the rows, which stand in the order of their log, run one way.
pub(in crate::parse) fn monotonic(clocks: &[Clock]) -> Option<Order> {
    let runs = |order: Order| {
        let times = || clocks.iter().filter_map(|clock| clock.at(order));
        let (mut up, mut down, mut moves) = (true, true, false);
        for (one, next) in times().zip(times().skip(1)) {
            up &= one <= next;
            down &= one >= next;
            moves |= one != next;
        }
        (up || down) && moves
    };
    match (runs(Order::DayMonthYear), runs(Order::MonthDayYear)) {
        (true, false) => Some(Order::DayMonthYear),
        (false, true) => Some(Order::MonthDayYear),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_write_one_time_in_many_ways() {
        let check = |text: &str, order: Option<Order>, expected: &str| {
            let clock = Clock::read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(clock.order(), order, "{text}");
            let at = clock.at(order.unwrap_or(Order::MonthDayYear)).unwrap();
            assert_eq!(at.to_string(), expected, "{text}");
        };
        check("3/28/2026 2:15:30 AM", Some(Order::MonthDayYear), "2026-03-28T02:15:30Z");
        check("6/28/2020 10:57:55\u{202f}PM", Some(Order::MonthDayYear), "2020-06-28T22:57:55Z");
        check("3/5/2026 12:00:01 AM", None, "2026-03-05T00:00:01Z");
        check("2026/03/05 11:15:30", Some(Order::YearMonthDay), "2026-03-05T11:15:30Z");
        check("2026/03/05 午後 3:15:30", Some(Order::YearMonthDay), "2026-03-05T15:15:30Z");
        check("05.03.2026 11:15:30", Some(Order::DayMonthYear), "2026-03-05T11:15:30Z");
        check("27/10/2021 12:28:26", Some(Order::DayMonthYear), "2021-10-27T12:28:26Z");
        check("27-10-2021 12:28", Some(Order::DayMonthYear), "2021-10-27T12:28:00Z");
        check("28/3/2569 11:15:30", Some(Order::DayMonthYear), "2026-03-28T11:15:30Z");
        for text in [
            "",
            "45",
            "Outlook",
            "1/2/2026",
            "1:2:3",
            "99/99/2026 11:15:30 xx",
            "3/5/2026 13:15:30 PM",
            "3/5/2026 25:00:00",
        ] {
            let found = Clock::read(text).and_then(|clock| clock.at(clock.order().unwrap_or(Order::DayMonthYear)));
            assert_eq!(found, None, "{text}");
        }
    }

    #[test]
    fn rows_that_run_one_way_show_the_order() {
        let of = |texts: &[&str]| {
            let clocks: Vec<Clock> = texts.iter().filter_map(|text| Clock::read(text)).collect();
            monotonic(&clocks)
        };
        assert_eq!(of(&["5/4/2026 1:00:00", "1/5/2026 1:00:00", "2/5/2026 1:00:00"]), Some(Order::DayMonthYear));
        assert_eq!(of(&["5/4/2026 1:00:00", "4/5/2026 1:00:00"]), None);
        assert_eq!(of(&["5/5/2026 1:00:00", "5/5/2026 2:00:00"]), None);
    }
}
