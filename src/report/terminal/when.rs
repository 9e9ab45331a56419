//! Turns the model's times into what fits on a screen: minutes are enough, and the PC's own clock stands beside UTC.
//!
//! ```text
//! 2014-06-03T06:05:31Z with +09:00  ─▶  2014-06-03 06:05Z (15:05 +09:00)
//! ```

use jiff::Timestamp;
use jiff::tz::Offset;

/// The day of a time.
pub(in crate::report) fn day(at: &str) -> String {
    at.split_once('T').map_or(at, |(day, _)| day).to_owned()
}

/// Day and minute, UTC.
pub(crate) fn minute(at: &str) -> String {
    match at.parse::<Timestamp>() {
        Ok(at) => at.strftime("%Y-%m-%d %H:%MZ").to_string(),
        Err(_) => at.to_owned(),
    }
}

/// Day and minute, UTC and by the PC's clock where its offset is known.
pub(in crate::report) fn minute_here(at: &str, offset: Option<&str>) -> String {
    let here = offset.and_then(|text| {
        let offset = Offset::from_seconds(seconds(text)?).ok()?;
        let at = at.parse::<Timestamp>().ok()?;
        Some(format!("{} ({} {text})", minute(&at.to_string()), offset.to_datetime(at).strftime("%H:%M")))
    });
    here.unwrap_or_else(|| minute(at))
}

/// Day and minute by the PC's clock, where its offset is known.
pub(in crate::report) fn local(at: &str, offset: Option<&str>) -> Option<String> {
    let offset = Offset::from_seconds(seconds(offset?)?).ok()?;
    Some(offset.to_datetime(at.parse::<Timestamp>().ok()?).strftime("%Y-%m-%d %H:%M").to_string())
}

fn seconds(offset: &str) -> Option<i32> {
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let size = hours.parse::<i32>().ok()?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?.checked_mul(60)?;
    Some(if offset.starts_with('-') { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short_and_local_where_the_offset_is_known() {
        let check = |at: &str, offset: Option<&str>, expected: &str| assert_eq!(minute_here(at, offset), expected);
        check("2014-06-03T06:05:31.5Z", Some("+09:00"), "2014-06-03 06:05Z (15:05 +09:00)");
        check("2014-06-03T06:05:31Z", Some("-03:30"), "2014-06-03 06:05Z (02:35 -03:30)");
        check("2014-06-03T06:05:31Z", None, "2014-06-03 06:05Z");
        check("2014-06-03T06:05:31Z", Some("+99:00"), "2014-06-03 06:05Z");
        check("not a time", Some("+09:00"), "not a time");
        assert_eq!(day("2014-06-03T06:05:31Z"), "2014-06-03");
    }
}
