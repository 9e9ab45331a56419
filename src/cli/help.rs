//! What `-h`, `--help` and a mistyped command say.

use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// `-h` and `--help`: what it is, how it is used, then the rest.
pub(super) const TEMPLATE: &str =
    "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// Before everything else: most people copy an example.
pub(super) const EXAMPLES: &str = "\
Examples:
  outlook-triage analyze case.zip              one case, on the screen; --lang ja in Japanese
  outlook-triage analyze uploads/ -f jsonl     every case in a folder, one JSON line each
  outlook-triage analyze case.zip -f html      one page to read, print or send
  outlook-triage remedy case.zip -o ../fix     scripts of the steps to be done; nothing is run
  outlook-triage explain stale-stored-password-office case.zip";

/// The end of `-h`.
pub(super) const SHORT: &str = "\
Exit codes: 0 no cause found, 1 a cause found, 2 could not be analysed, 3 analysed but incomplete.
`--help` lists what is read and explains the exit codes.";

/// The end of the help of `remedy`.
pub(super) const REMEDY: &str = "\
Exit codes, as those of analyze: 0 no cause found at or above likely, 1 a cause found, 2 nothing written
(usage, several cases, DIR not empty or in the wrong place, nothing readable), 3 analysed but incomplete.
With nothing to do for the reader the folder holds a README that says why.";

/// The end of `--help` and of the manual page.
pub(super) const LONG: &str = "\
What is read (found by content; names and folders do not matter):
  event logs            .evtx of PCs, domain controllers and AD FS servers, and
                        every export of event logs (XML, CSV, JSON, text, list)
  registry              .reg exports, also renamed, UTF-8 or REGEDIT4; Outlook
                        profiles in them; reg query
  stored credentials    cmdkey /list in any language, StoredCredential.xml
  Office                OfficeInfo.xml, OfficeModuleInfo.xml,
                        ClickToRunConfiguration.xml
  computer and network  dsregcmd /status, w32tm, ipconfig /all, nslookup, hosts,
                        netsh winhttp show proxy, netsh http show sslcert
  domain and Kerberos   nltest, setspn, klist
  PowerShell            Get-ADUser, AD FS, Exchange Online and Entra commands as
                        list, table, CSV, JSON or CLIXML
  Outlook's own         a paste of Connection Status, Autodiscover answers,
                        profiles exported by MFCMAPI, .prf files, olkdisc.log
  policies              gpresult as HTML or text
  outside tests         saved results of the Remote Connectivity Analyzer
  the collector's own   Log.csv, ScriptInfo.xml, its files about the computer
  containers            folders, .zip and .cab, also inside one another; a .zip
                        is read in place, a .cab in memory (256 MiB)
Other files are listed in the report and left alone. Mail data (.pst, .ost) is never opened.

What is one case: each folder or .zip named is one; all loose files named together are one; a folder
that only holds folders and archives is several. --join makes everything named one case.

Formats (-f): terminal; json, jsonl for programs; markdown for a ticket; csv (UTF-8 with a byte order
mark; a cell that looks like a formula begins with ') for a spreadsheet; mail for drafts to the customer:
RFC 5322, never sent. --audience user: what the user can do alone, without jargon; admin: with the
commands. A mail holds the DO steps of that reader and the WAIT-FOR steps that wait only for those.
--draft both (the default) writes two mails where there is reason for two: what to do, and the three
best things to send, as the parts of one multipart/mixed message; --draft steps|evidence writes one.

Exit codes:
  0  analysed, nothing at or above --fail-on (default: likely)
  1  analysed, a cause at or above --fail-on
  2  usage, bad rules, output not writable, or nothing readable
  3  analysed but incomplete (an artifact failed or was cut, a limit was hit), no such cause
Several cases: 1 if any is 1, else 3 if any is 3 or unreadable, 2 only if none could be read.
compare: 0 all is verified, 1 something is unchanged, improved or worse, 3 the second upload does not show it.
A closed pipe is success. Results go to standard output, messages to standard error.";

/// What to type instead, where a path stands in the place of the command.
pub(super) fn instead(error: &clap::Error) -> Option<String> {
    let typed = match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(typed))) => typed,
        _ => return None,
    };
    let path = Path::new(typed);
    (path.exists() || path.extension().is_some() || typed.contains(['/', '\\']))
        .then(|| format!("{typed:?} is not a command; to analyse it, type: outlook-triage analyze {typed}"))
}
