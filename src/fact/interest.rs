//! What the fact stage itself needs, whatever the rules ask: product, updates and who is who.

use crate::parse::interest::Interest;

/// Adds the keys and events from which products and people are recognised.
pub fn interest(interest: &mut Interest) {
    for key in [
        r"Software\Microsoft\Office\ClickToRun\Configuration",
        r"Software\Microsoft\Office\15.0\ClickToRun\Configuration",
        r"Software\Microsoft\Office\*\Outlook\InstallRoot",
        r"Software\Microsoft\Windows\CurrentVersion\Uninstall",
        r"System\CurrentControlSet\Control\TimeZoneInformation",
    ] {
        interest.add_machine_key(key);
    }
    for (provider, ids) in [
        ("MsiInstaller", &[1019, 1022, 1023, 1033, 1034, 1036, 1037][..]),
        ("Application Error", &[1000]),
        ("Application Hang", &[1002]),
        ("Microsoft Office 14 Alerts", &[300]),
        ("Microsoft Office 15 Alerts", &[300]),
        ("Microsoft Office 16 Alerts", &[300]),
        ("Microsoft-Windows-WindowsUpdateClient", &[19]),
    ] {
        for id in ids {
            interest.add_event(provider, *id);
        }
    }
}
