//! `remedy`: the scripts of one case, in a folder of their own.

use super::output::{check_folder, deliver_folder};
use super::request::{Request, usage};
use super::{Exit, FailOn, RemedyArgs};
use crate::error::Error;
use crate::remedy::remedy;

pub(super) fn run(args: &RemedyArgs) -> Result<Exit, Error> {
    let request = Request::new(&args.case)?;
    if request.count() != 1 {
        request.all_there()?;
        return Err(usage(&format!(
            "remedy writes the scripts of one case, and these are {}; name one, or use --join to make them one",
            request.count()
        )));
    }
    let target = check_folder(&args.output, request.evidence())?;
    let case = request.only()?;
    let options = &request.options;
    let files = remedy(&case, &request.knowledge, &options.limits, options.audience, request.lang);
    deliver_folder(&files, &args.output, &target)?;
    Ok(Exit::of_case(case.findings(), case.is_incomplete(), FailOn::Likely.status()))
}
