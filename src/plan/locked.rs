//! What changes in a plan while the account is locked: nobody is asked for a password, nobody tries whether Outlook connects.
//!
//! An account that is locked refuses the right password too, and each attempt can prolong the lock. So the lines that a step
//! or a need marks with `needs-password` are left out, and the question "does Outlook connect?" is replaced, before any renderer sees
//! them. A step that comes after the unlocking keeps both. Refuses to know a renderer.

use super::label::Decision;
use super::make::Case;
use super::step_file::StepFile;
use crate::lang::Text;

/// The step that ends a lock: while the lock is named, every further password makes things worse.
const UNLOCK: &str = "unlock-account";

/// Whether a lock is named.
pub(super) fn is_locked(case: &Case<'_>) -> bool {
    case.open_gates.iter().any(|gate| gate.steps.contains(&UNLOCK))
}

/// Whether a step is carried out while the account is still locked.
pub(super) fn holds(case: &Case<'_>, step: &StepFile, decision: &Decision) -> bool {
    is_locked(case) && step.id != UNLOCK && !decision.waits_for.iter().any(|id| id == UNLOCK)
}

/// Instead of the question after a step, and of the playbook's rule for all steps.
pub(super) fn stop() -> Text {
    Text::new(
        "The account is still locked: do not enter the password and do not try whether Outlook connects. Report that the step is done, and wait until you hear that the account is unlocked.",
        "アカウントはまだロックされています。パスワードの入力や Outlook の接続の確認は行わず、手順が完了したことを連絡し、ロック解除の連絡をお待ちください。",
    )
}
