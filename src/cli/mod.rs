//! The command line: what was typed, as types. Behaviour is one file a command.

mod analyze;
mod compare;
mod coverage;
mod diff;
mod explain;
mod facts;
mod help;
mod list;
mod output;
mod pages;
mod redact;
mod remedy;
mod request;
mod rules;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

pub use crate::case::Exit;

use crate::error::{Error, ErrorKind};
use crate::finding::Status;
use crate::report::schema;

/// Reads what a customer uploaded and prints the ordered steps that fix Outlook sign-in.
///
/// Works offline on a folder, a .zip, a .cab or loose files; nothing is sent, extracted or changed.
#[derive(Debug, Parser)]
#[command(
    name = "outlook-triage",
    version,
    help_template = help::TEMPLATE,
    before_help = help::EXAMPLES,
    after_help = help::SHORT,
    after_long_help = help::LONG,
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colour.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    color: Colour,
    /// No progress line.
    #[arg(short, long, global = true)]
    quiet: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Analyse one or many cases.
    Analyze(AnalyzeArgs),
    /// Compare two uploads of one user: what the steps between them are shown to have done.
    Compare(CompareArgs),
    /// Write the scripts of the steps to be done, with backup and rollback, into a new folder.
    ///
    /// Nothing is run. Without a switch a script only shows what it would do; steps for which there is no typed command are
    /// described in the README. --audience chooses whose steps, --lang the language of the README.
    #[command(after_help = help::REMEDY)]
    Remedy(RemedyArgs),
    /// Show why a rule did or did not fire: the evaluated tree with values and sources.
    Explain(ExplainArgs),
    /// Show what the rules see: the typed facts of a case.
    Facts(FactsArgs),
    /// List, show, check and test rules.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Print the JSON Schema of the report, or of a comparison.
    Schema {
        /// Which.
        #[arg(value_enum, default_value_t = Contract::Report)]
        of: Contract,
    },
    /// Print a completion script for a shell.
    Completions {
        /// Shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

/// What a case is and how it is seen; shared by the commands that read one.
#[derive(Debug, Args)]
struct CaseArgs {
    /// Folder, .zip, .cab or loose files; `-` reads one file from standard input.
    #[arg(required = true, value_name = "BUNDLE")]
    bundles: Vec<PathBuf>,
    /// All arguments are one case (a client's zip and the logs of servers that came later).
    #[arg(long)]
    join: bool,
    /// When it failed: a time, or two with `..` between them (2014-06-02T05:00Z..2014-06-02T06:00Z).
    #[arg(long, value_name = "TIME[..TIME]")]
    failed_at: Option<String>,
    /// The moment from which ages and waits count, instead of the collection time.
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    #[command(flatten)]
    view: ViewArgs,
}

/// How any case is seen.
#[derive(Debug, Clone, Args)]
struct ViewArgs {
    /// The user whose sign-in fails: SID, UPN or DOMAIN\name, as it stands in the files.
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Offset of the PC from UTC, for files in local time without a zone (+09:00).
    #[arg(long, value_name = "±HH:MM", allow_hyphen_values = true)]
    utc_offset: Option<String>,
    #[command(flatten)]
    packs: PackArgs,
    /// Set a parameter of the rules (token-lifetime=90m); repeatable.
    #[arg(long, value_name = "NAME=VALUE")]
    param: Vec<String>,
    /// Language of the texts.
    #[arg(long, value_enum, default_value_t = Language::Auto)]
    lang: Language,
    /// Whose instructions to show.
    #[arg(long, value_enum, default_value_t = Reader::Engineer)]
    audience: Reader,
    /// Also hash files above 16 MiB.
    #[arg(long)]
    hash: bool,
}

/// What of a case may be seen by others.
#[derive(Debug, Clone, Args)]
struct RedactArgs {
    /// Hide people, computers, addresses, SIDs, domains and tenants (user-1, host-2, …); commands with one can not be run.
    #[arg(long)]
    redact: bool,
    /// Write what each placeholder stands for to a private file (JSON). Only its owner may read it; on Windows it gets the
    /// permissions of its folder.
    #[arg(long, value_name = "FILE", requires = "redact")]
    redact_map: Option<PathBuf>,
}

/// Language of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// English.
    En,
    /// Japanese.
    Ja,
    /// From LC_ALL, LC_MESSAGES or LANG.
    Auto,
}

/// Who reads the instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reader {
    /// Support: everything.
    Engineer,
    /// The customer's user.
    User,
    /// The customer's administrators.
    Admin,
}

#[derive(Debug, Args)]
struct AnalyzeArgs {
    #[command(flatten)]
    case: CaseArgs,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
    /// Which mails to draft, with -f mail [default: both].
    #[arg(long, value_enum)]
    draft: Option<Draft>,
    /// Write to a file instead of standard output; it is replaced only when complete.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The status from which the exit code is 1.
    #[arg(long, value_enum, default_value_t = FailOn::Likely)]
    fail_on: FailOn,
    #[command(flatten)]
    redact: RedactArgs,
}

/// Output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One screen a case; a table for several cases.
    Terminal,
    /// One JSON document (one case).
    Json,
    /// One JSON document a line.
    Jsonl,
    /// One page without scripts, for a browser or paper (one case).
    Html,
    /// A ticket; a section for each of several cases.
    Markdown,
    /// Drafts of mails to the customer, never sent (one case; needs --audience user or admin).
    Mail,
    /// A table of findings, steps and error codes for a spreadsheet.
    Csv,
}

/// Which mails to draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Draft {
    /// Both that there is reason for; two are one multipart/mixed message.
    Both,
    /// What to do.
    Steps,
    /// What to send.
    Evidence,
}

/// The status from which the exit code is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Possible and above.
    Possible,
    /// Likely, contradicted and confirmed.
    Likely,
    /// Confirmed only.
    Confirmed,
    /// Never.
    Never,
}

impl FailOn {
    fn status(self) -> Option<Status> {
        match self {
            Self::Possible => Some(Status::Possible),
            Self::Likely => Some(Status::Likely),
            Self::Confirmed => Some(Status::Confirmed),
            Self::Never => None,
        }
    }
}

/// What has a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Contract {
    /// What `analyze -f json` prints.
    Report,
    /// What `compare -f json` prints.
    Comparison,
}

/// Two uploads of one user.
#[derive(Debug, Args)]
struct CompareArgs {
    /// The upload from before the steps: folder, .zip, .cab or file.
    before: PathBuf,
    /// The upload from after them.
    after: PathBuf,
    /// When the steps were carried out; records from then on count as new. Without it, from the collection of BEFORE.
    #[arg(long, value_name = "TIME")]
    done_at: Option<String>,
    #[command(flatten)]
    view: ViewArgs,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t = ComparisonFormat::Terminal)]
    format: ComparisonFormat,
    /// Write to a file instead of standard output; it is replaced only when complete.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    redact: RedactArgs,
}

/// Output format of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ComparisonFormat {
    /// One screen.
    Terminal,
    /// One JSON document.
    Json,
    /// One page without scripts, for a browser or paper.
    Html,
    /// A ticket.
    Markdown,
    /// Draft of a mail to the customer, never sent (needs --audience user or admin).
    Mail,
}

#[derive(Debug, Args)]
struct RemedyArgs {
    #[command(flatten)]
    case: CaseArgs,
    /// Folder to write to: it does not exist yet, or is empty, and lies neither in nor beside the case.
    #[arg(short, long, value_name = "DIR", required = true)]
    output: PathBuf,
}

#[derive(Debug, Args)]
struct ExplainArgs {
    /// Id of a rule or of a step.
    rule: String,
    #[command(flatten)]
    case: CaseArgs,
    #[command(flatten)]
    redact: RedactArgs,
}

#[derive(Debug, Args)]
struct FactsArgs {
    #[command(flatten)]
    case: CaseArgs,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t = FactsFormat::Terminal)]
    format: FactsFormat,
    /// Only this kind (event, registry, credential, profile, product, patch, property, code, coverage, case); repeatable.
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    #[command(flatten)]
    redact: RedactArgs,
}

/// Format of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FactsFormat {
    /// Lines for people.
    Terminal,
    /// One JSON object a line.
    Jsonl,
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// List rules by rank.
    List(ListArgs),
    /// Print the file of a rule, step or need.
    Show {
        /// Id.
        id: String,
        #[command(flatten)]
        packs: PackArgs,
    },
    /// Write one Markdown page a rule, step and need, in both languages, and an index of them.
    Docs {
        /// Folder to write to; it gets `en` and `ja`. Without it all pages are printed, one after the other.
        #[arg(short, long, value_name = "DIR")]
        output: Option<PathBuf>,
        #[command(flatten)]
        packs: PackArgs,
    },
    /// Print the JSON Schema of the files of a pack, for editors.
    Schema,
    /// Check all rules; every problem with file, line, column and advice.
    Lint {
        #[command(flatten)]
        packs: PackArgs,
        /// Output format.
        #[arg(short, long, value_enum, default_value_t = TestFormat::Terminal)]
        format: TestFormat,
        /// Print revisions.yaml for the last pack instead: the state with which later checks of `rev` compare.
        #[arg(long)]
        revisions: bool,
    },
    /// Run the rules' own cases, or whole cases with real files.
    Test(TestArgs),
    /// Show which verdicts change on a corpus of cases from one set of rules to another.
    Diff(DiffArgs),
    /// Show how well the cases hold the rules: leaves that were never true, false or unknown, mistakes that no case notices.
    ///
    /// With --mutate the exit code is 1 if a mistake survives that survivors.yaml does not explain.
    Coverage(CoverageArgs),
}

/// Format of lists, remarks and test results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    /// Lines for people.
    Terminal,
    /// One JSON object a line.
    Jsonl,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Only rules of this group (folder below `causes`).
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Only rules of these rank bands, such as 200..299.
    #[arg(long, value_name = "FROM..TO")]
    band: Option<String>,
    /// Only rules that name this step.
    #[arg(long, value_name = "ID")]
    step: Option<String>,
    /// Only rules of this severity: info, low, medium, high, critical.
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<String>,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t = TestFormat::Terminal)]
    format: TestFormat,
    /// Language of the titles.
    #[arg(long, value_enum, default_value_t = Language::Auto)]
    lang: Language,
    #[command(flatten)]
    packs: PackArgs,
}

#[derive(Debug, Args)]
struct TestArgs {
    /// Only the cases of these rules.
    #[arg(value_name = "RULE")]
    only: Vec<String>,
    /// Run whole cases instead: folders with expect.yaml and an upload (bundle.zip or bundle/), or a folder of such; repeatable.
    #[arg(long, value_name = "DIR", conflicts_with = "only")]
    cases: Vec<PathBuf>,
    /// After the cases, how often each rule found, missed or wrongly named a cause in them.
    #[arg(long, requires = "cases")]
    table: bool,
    #[command(flatten)]
    packs: PackArgs,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t = TestFormat::Terminal)]
    format: TestFormat,
}

#[derive(Debug, Args)]
struct DiffArgs {
    /// Folder of a pack, which is loaded on top of the built-in one; a folder with playbook.yaml, era.yaml and anchors.yaml, which
    /// is a whole set of its own (the rules of another release); or `builtin`.
    old: PathBuf,
    /// The same, after the change.
    new: PathBuf,
    /// Cases, as `analyze` takes them: a folder, a .zip, a folder of such, or whole cases with expect.yaml; repeatable.
    #[arg(long, value_name = "DIR", required = true)]
    corpus: Vec<PathBuf>,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t = TestFormat::Terminal)]
    format: TestFormat,
}

#[derive(Debug, Args)]
struct CoverageArgs {
    /// Only these rules; with --mutate and without any rule also the anchors and the era table.
    #[arg(value_name = "RULE")]
    ids: Vec<String>,
    /// Make small mistakes in the rules (a bound, an edge of a window, a comparison, a class) and list those that no case notices.
    #[arg(long)]
    mutate: bool,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t = TestFormat::Terminal)]
    format: TestFormat,
    #[command(flatten)]
    packs: PackArgs,
}

/// Which rules are in force; shared by all commands that use rules.
#[derive(Debug, Clone, Args)]
struct PackArgs {
    /// Folder with rules that add to the built-in ones or replace them by id; repeatable.
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// Go on only with the rules of this fingerprint, as `rules lint` and the report print it; 12 digits are enough.
    #[arg(long, value_name = "HEX")]
    rules_sha256: Option<String>,
}

/// Runs what was typed. Messages go to standard error, results to standard output.
#[must_use]
pub fn run() -> ExitCode {
    quiet_panics();
    redact::hide_typed();
    let result = match Cli::try_parse() {
        Ok(cli) => obey(cli),
        Err(error) if error.use_stderr() => {
            match help::instead(&error) {
                Some(advice) => output::complain(&advice),
                // What was typed stands in it, and a shell types names of files.
                None => output::complain_as_is(&error.render().to_string()),
            }
            Ok(Exit::Unusable)
        }
        // Help and version are answers, not errors.
        Err(error) => output::printed(error.print()).map(|()| Exit::Clean),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) if matches!(error.kind(), ErrorKind::ClosedPipe) => Exit::Clean.into(),
        Err(error) => {
            output::complain_of(&error);
            Exit::Unusable.into()
        }
    }
}

/// A fault of a parser costs its artifact and is reported as an issue of it. The usual message would quote the evidence.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|fault| {
        let place = fault.location().map(ToString::to_string).unwrap_or_default();
        output::complain(&format!("internal fault at {place}; the rest is analysed, please report it"));
    }));
}

fn obey(cli: Cli) -> Result<Exit, Error> {
    let style = output::Style::new(cli.color, cli.quiet);
    match cli.command {
        Command::Analyze(args) => analyze::run(&args, &style),
        Command::Compare(args) => compare::run(&args, &style),
        Command::Remedy(args) => remedy::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Facts(args) => facts::run(&args),
        Command::Rules(command) => rules::run(&command, &style),
        Command::Schema { of } => output::print(&match of {
            Contract::Report => schema::schema(),
            Contract::Comparison => schema::comparison_schema(),
        })
        .map(|()| Exit::Clean),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "outlook-triage", &mut script);
            output::print(&String::from_utf8_lossy(&script)).map(|()| Exit::Clean)
        }
        Command::Man => {
            // A manual page knows no examples before the description.
            let command = Cli::command().after_long_help(format!("{}\n\n{}", help::EXAMPLES, help::LONG));
            let mut page = Vec::new();
            output::printed(clap_mangen::Man::new(command).render(&mut page))?;
            output::print(&String::from_utf8_lossy(&page)).map(|()| Exit::Clean)
        }
    }
}
