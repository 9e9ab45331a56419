//! What twice the bytes cost, in the worst shapes of every format: `cargo bench --bench growth`, with a part of a format's name
//! behind `--` for some of them.
//!
//! Each shape is read at 1, 2, 4 and 8 MiB. A line a format says how fast its slowest shape is and which of its shapes grows most
//! from 4 to 8 MiB; the limit of that ratio is 2.6 (two is linear, four is quadratic). From some size on the system hands out memory
//! page by page, which is a step and no growth: a shape beyond the limit is read at 16 MiB too, and exit code 1 says that one was beyond
//! it in three attempts there as well.
//! The written table is in `benches/FIGURES.md`.

// A bench stops by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

#[path = "common/parse.rs"]
mod parse;
#[path = "../tests/it/hostile/worst.rs"]
mod worst;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use outlook_triage::bundle::{ArtifactKind, open_bytes};
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::parser;

use parse::parse;
use worst::{Reader, Worst, all};

const SIZES: [usize; 4] = [1 << 20, 2 << 20, 4 << 20, 8 << 20];
const MOST: f64 = 2.6;
/// Below this a time is mostly noise, and its ratio says nothing.
const NOISE: Duration = Duration::from_millis(20);

struct Measured {
    name: String,
    /// One for each size.
    times: [Duration; 4],
    /// That of twice the largest size, where the ratio asked for it.
    beyond: Option<Duration>,
}

impl Measured {
    fn ratio(&self) -> f64 {
        if self.times[3] < NOISE { 0.0 } else { self.times[3].as_secs_f64() / self.times[2].as_secs_f64() }
    }

    fn grows(&self) -> bool {
        let next = self.beyond.map_or(0.0, |time| time.as_secs_f64() / self.times[3].as_secs_f64());
        self.ratio() >= MOST && next >= MOST
    }

    /// The ratio, and that of the next size where it was asked for.
    fn shown(&self) -> String {
        match self.beyond {
            Some(time) => {
                format!("{:.2} (16:8 {:.2})", self.ratio(), time.as_secs_f64() / self.times[3].as_secs_f64())
            }
            None => format!("{:.2}", self.ratio()),
        }
    }

    /// MB (10^6 bytes) a second at the largest size.
    fn speed(&self) -> f64 {
        8.388_608 / self.times[3].as_secs_f64()
    }
}

fn id(reader: Reader) -> &'static str {
    match reader {
        Reader::Parser(kind) => kind.id(),
        Reader::Archive => "archive (zip)",
    }
}

fn read(reader: Reader, bytes: &[u8], interest: &Interest) {
    match reader {
        Reader::Parser(kind) => {
            let encoding = (kind != ArtifactKind::Evtx).then_some("utf-8");
            black_box(parse(parser(kind).unwrap(), bytes, encoding, interest));
        }
        Reader::Archive => {
            black_box(open_bytes("case", bytes.to_vec(), &Limits::default(), false));
        }
    }
}

fn measure(shape: &Worst, interest: &Interest) -> Measured {
    let fastest = |size: usize| {
        let bytes = shape.bytes(size);
        let once = |_| {
            let begin = Instant::now();
            read(shape.reader, &bytes, interest);
            begin.elapsed()
        };
        (0..3).map(once).min().unwrap()
    };
    let mut measured = Measured { name: shape.name.clone(), times: SIZES.map(fastest), beyond: None };
    if measured.ratio() >= MOST {
        measured.beyond = Some(fastest(2 * SIZES[3]));
    }
    measured
}

fn main() -> ExitCode {
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let interest = Interest::everything();
    let shapes = all();
    let mut readers: Vec<Reader> = shapes.iter().map(|shape| shape.reader).collect();
    readers.dedup();
    let mut beyond = Vec::new();
    println!("| format | shapes | slowest | 1, 2, 4, 8 MiB of it | steepest | ratio 8:4 |");
    println!("|---|---|---|---|---|---|");
    for reader in readers.into_iter().filter(|reader| wanted.as_ref().is_none_or(|word| id(*reader).contains(word))) {
        let mut measured = Vec::new();
        for shape in shapes.iter().filter(|shape| shape.reader == reader) {
            let mut result = measure(shape, &interest);
            // Quadratic work shows in every attempt; a busy machine does not.
            for _ in 0..2 {
                if result.grows() {
                    result = measure(shape, &interest);
                }
            }
            if result.grows() {
                beyond.push(format!("{}: {}: {:?}, {:?}", id(reader), result.name, result.times, result.beyond));
            }
            measured.push(result);
        }
        let slowest = measured.iter().min_by(|a, b| a.speed().total_cmp(&b.speed())).unwrap();
        let steepest = measured.iter().max_by(|a, b| a.ratio().total_cmp(&b.ratio())).unwrap();
        let times = slowest.times.map(|time| format!("{:.1}", time.as_secs_f64() * 1e3)).join(", ");
        println!(
            "| `{}` | {} | {:.0} MB/s, `{}` | {times} ms | `{}` | {} |",
            id(reader),
            measured.len(),
            slowest.speed(),
            slowest.name,
            steepest.name,
            steepest.shown()
        );
    }
    for line in &beyond {
        println!("BEYOND {MOST}: {line}");
    }
    if beyond.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
