//! The kinds of PowerShell objects that state named values: how each is told from others, what names it, whose it is.
//!
//! Told by type where the export keeps it (CLIXML, `#TYPE`), else by the names of properties, because a list or a table in text
//! has nothing else. Names of the collector's own objects that no public sample shows are marked [U].

/// One kind of object.
#[derive(Debug)]
pub(super) struct Shape {
    /// Name in rules.
    pub(super) source: &'static str,
    /// Parts of type names; one is enough.
    pub(super) types: &'static [&'static str],
    /// Sets of properties; one set is enough.
    pub(super) marks: &'static [&'static [&'static str]],
    /// Properties that only look-alikes have.
    pub(super) never: &'static [&'static str],
    /// What names the object, the first that there is.
    pub(super) named: &'static [&'static str],
    /// Whose it is.
    pub(super) whose: Whose,
    /// What is kept.
    pub(super) keep: Keep,
}

/// Whose an object's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// No user's.
    Nobody,
    /// Of whoever ran the command.
    Runner,
    /// Of the user for whom the collector ran; by hand, of whoever ran it.
    CollectedFor,
    /// Of the user whom the object describes.
    Described,
}

/// Which properties become facts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Keep {
    /// All but secrets.
    All,
    /// These: the others are of no use or nobody's business.
    Only(&'static [&'static str]),
    /// One value: its name and its value are properties themselves.
    NameAndValue,
}

const fn shape(
    source: &'static str,
    types: &'static [&'static str],
    marks: &'static [&'static [&'static str]],
) -> Shape {
    Shape { source, types, marks, never: &[], named: &[], whose: Whose::Nobody, keep: Keep::All }
}

/// Attributes of a user that tell about sign-in; others (telephone, photo, description) stay out.
const USER: &[&str] = &[
    "accountExpires",
    "AccountExpirationDate",
    "AccountLockoutTime",
    "AllowReversiblePasswordEncryption",
    "badPasswordTime",
    "badPwdCount",
    "BadLogonCount",
    "DistinguishedName",
    "Enabled",
    "LastBadPasswordAttempt",
    "lastLogon",
    "LastLogonDate",
    "lastLogonTimestamp",
    "legacyExchangeDN",
    "LockedOut",
    "lockoutTime",
    "logonHours",
    "LogonWorkstations",
    "mail",
    "mS-DS-ConsistencyGuid",
    "ObjectClass",
    "ObjectGUID",
    "PasswordExpired",
    "PasswordLastSet",
    "PasswordNeverExpires",
    "proxyAddresses",
    "pwdLastSet",
    "SamAccountName",
    "SID",
    "SmartcardLogonRequired",
    "userAccountControl",
    "UserPrincipalName",
    "userWorkstations",
    "whenChanged",
    "whenCreated",
    "msDS-User-Account-Control-Computed",
    "msDS-UserPasswordExpiryTimeComputed",
];

/// Services on which a sign-in rests.
pub(super) const SERVICES: &[&str] = &[
    "adfssrv",
    "appproxysvc",
    "clicktorunsvc",
    "cryptsvc",
    "dnscache",
    "keyiso",
    "netlogon",
    "netprofm",
    "ngcsvc",
    "nlasvc",
    "tokenbroker",
    "vaultsvc",
    "w32time",
    "winhttpautoproxysvc",
    "wlidsvc",
];

/// What only the servers of a federation say of themselves; services of them by name.
pub(super) const OF_SERVERS: &[&str] = &[
    "adfs-properties",
    "adfs-endpoint",
    "adfs-certificate",
    "adfs-ssl-certificate",
    "adfs-relying-party",
    "adfs-authentication-policy",
    "wap-configuration",
    "sslcert",
];
pub(super) const SERVER_SERVICES: &[&str] = &["adfssrv", "appproxysvc"];

/// All kinds. The first that fits counts.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        never: &["DNSHostName", "ExchangeGuid", "MailboxGuid"],
        whose: Whose::Described,
        keep: Keep::Only(USER),
        ..shape(
            "ad-user",
            &["ActiveDirectory.Management.ADUser", "ActiveDirectory.Management.ADAccount"],
            &[
                &["SamAccountName", "DistinguishedName", "SID"],
                &["SamAccountName", "DistinguishedName", "ObjectGUID"],
                &["SamAccountName", "pwdLastSet"],
                &["SamAccountName", "LockedOut"],
                &["SamAccountName", "badPwdCount"],
                &["UserPrincipalName", "pwdLastSet"],
            ],
        )
    },
    shape(
        "adfs-properties",
        &["IdentityServer.Management.Resources.ServiceProperties"],
        &[&["AutoCertificateRollover", "HostName"], &["ExtranetLockoutEnabled"], &["AuditLevel", "LogLevel"]],
    ),
    Shape {
        named: &["AddressPath", "FullUrl"],
        ..shape(
            "adfs-endpoint",
            &["IdentityServer.Management.Resources.Endpoint"],
            &[&["AddressPath", "Proxy"], &["FullUrl", "Proxy", "Enabled"]],
        )
    },
    Shape {
        named: &["CertificateType"],
        ..shape(
            "adfs-certificate",
            &["IdentityServer.Management.Resources.ServiceCertificate"],
            &[&["CertificateType", "IsPrimary"], &["CertificateType", "Thumbprint"]],
        )
    },
    Shape {
        named: &["HostName"],
        ..shape(
            "adfs-ssl-certificate",
            &["IdentityServer.Management.Resources.SslCertificate"],
            &[&["CertificateHash", "HostName", "PortNumber"]],
        )
    },
    Shape {
        named: &["Identifier", "Name"],
        ..shape(
            "adfs-relying-party",
            &["IdentityServer.Management.Resources.RelyingPartyTrust"],
            &[&["Identifier", "TokenLifetime"], &["Identifier", "IssuanceTransformRules"]],
        )
    },
    shape(
        "adfs-authentication-policy",
        &["IdentityServer.Management.Resources.GlobalAuthenticationPolicy"],
        &[&["PrimaryExtranetAuthenticationProvider"], &["PrimaryIntranetAuthenticationProvider"]],
    ),
    Shape {
        whose: Whose::Described,
        ..shape(
            "adfs-account-activity",
            &["IdentityServer.Management.Resources.AccountActivity"],
            &[&["BadPwdCountFamiliar"], &["FamiliarLockout"], &["UnknownLockout"]],
        )
    },
    shape(
        "wap-configuration",
        &["WebApplicationProxyConfiguration"],
        &[&["ConnectedServersName"], &["ADFSUrl", "UserIdleTimeoutSec"]],
    ),
    Shape {
        whose: Whose::Described,
        ..shape(
            "cas-mailbox",
            &["Data.Directory.Management.CASMailbox"],
            &[&["OWAEnabled", "MAPIEnabled"], &["MAPIEnabled", "ImapEnabled"], &["MAPIBlockOutlookVersions"]],
        )
    },
    shape(
        "organization-config",
        &["Data.Directory.Management.OrganizationConfig"],
        &[&["OAuth2ClientProfileEnabled"], &["MapiHttpEnabled", "IsDehydrated"]],
    ),
    Shape { named: &["Name", "Identity"], ..shape("authentication-policy", &[], &[&["AllowBasicAuthMapi"]]) },
    Shape {
        named: &["Id", "Name"],
        ..shape(
            "entra-domain",
            &["Graph.PowerShell.Models.MicrosoftGraphDomain"],
            &[&["AuthenticationType", "IsVerified"], &["Authentication", "VerificationMethod"]],
        )
    },
    Shape {
        named: &["DisplayName"],
        ..shape(
            "federation-configuration",
            &["MicrosoftGraphInternalDomainFederation"],
            &[&["IssuerUri", "SigningCertificate"], &["IssuerUri", "PassiveSignInUri"]],
        )
    },
    Shape {
        named: &["InterfaceAlias", "Name"],
        ..shape("net-connection-profile", &["MSFT_NetConnectionProfile"], &[&["IPv4Connectivity", "NetworkCategory"]])
    },
    Shape {
        named: &["Name"],
        whose: Whose::Runner,
        keep: Keep::Only(&["Name", "Version", "Architecture", "PackageFullName", "PackageFamilyName", "Status"]),
        ..shape(
            "appx-package",
            &["Appx.PackageManager.Commands.AppxPackage"],
            &[&["PackageFamilyName", "PackageFullName", "PublisherId"]],
        )
    },
    Shape {
        keep: Keep::Only(&[
            "BuildNumber",
            "Caption",
            "CSName",
            "CurrentTimeZone",
            "InstallDate",
            "LastBootUpTime",
            "Locale",
            "MUILanguages",
            "OSArchitecture",
            "OSLanguage",
            "ProductType",
            "Version",
        ]),
        ..shape("operating-system", &["Win32_OperatingSystem"], &[&["OSLanguage", "BuildNumber", "CSName"]])
    },
    Shape {
        keep: Keep::Only(&["DNSHostName", "Domain", "DomainRole", "Name", "PartOfDomain", "Workgroup"]),
        ..shape("computer-system", &["Win32_ComputerSystem"], &[&["PartOfDomain", "DomainRole"]])
    },
    Shape {
        keep: Keep::Only(&[
            "CsDomain",
            "CsPartOfDomain",
            "OsBuildNumber",
            "OsLocale",
            "OsMuiLanguages",
            "OsVersion",
            "TimeZone",
            "WindowsProductName",
            "WindowsVersion",
        ]),
        ..shape("computer-info", &["Commands.ComputerInfo"], &[&["WindowsProductName", "OsVersion"]])
    },
    Shape {
        named: &["Name"],
        keep: Keep::Only(&["StartMode", "StartType", "State", "Status", "Started", "StartName"]),
        ..shape(
            "service",
            &["Win32_Service", "ServiceProcess.ServiceController"],
            &[&["StartMode", "State", "PathName"]],
        )
    },
    shape("join-information", &[], &[&["JoinStatus", "Name"]]),
    Shape {
        whose: Whose::CollectedFor,
        named: &["Profile", "EmailAddress"],
        ..shape("office-identity", &[], &[&["EmailAddress", "IdP", "SignedOut"]])
    },
    Shape {
        whose: Whose::CollectedFor,
        named: &["Path"],
        keep: Keep::NameAndValue,
        ..shape("autodiscover-config", &[], &[&["Name", "Value", "Path"]])
    },
    Shape {
        whose: Whose::CollectedFor,
        keep: Keep::Only(&[
            "ADUserName",
            "DisableAADWAM",
            "DisableADALatopWAMOverride",
            "EnableADAL",
            "NoDomainUser",
            "SignedOutADUser",
            "Version",
        ]),
        ..shape(
            "office-identity-config",
            &[],
            &[
                &["EnableADAL"],
                &["DisableADALatopWAMOverride"],
                &["DisableAADWAM"],
                &["NoDomainUser"],
                &["SignedOutADUser"],
            ],
        )
    },
    Shape { whose: Whose::CollectedFor, ..shape("alternate-id", &[], &[&["EnableAlternateIdSupport", "DomainHint"]]) },
    // [U]: the spelling of these properties was not seen in a real file.
    Shape {
        named: &["Connection", "Name"],
        whose: Whose::CollectedFor,
        ..shape(
            "wininet-proxy",
            &[],
            &[&["AutoDetect", "AutoConfigUrl", "ProxyBypass"], &["AutoDetect", "AutoConfigUrl"]],
        )
    },
    shape("winhttp-proxy", &[], &[&["AccessType", "Proxy", "ProxyBypass"], &["AccessType", "Proxy", "Bypass"]]),
    shape("nlm-connectivity", &[], &[&["IsConnectedToInternet"], &["Connectivity", "IsConnected"]]),
];

/// What the collector lists without a filter, so that what is not in the file is not on the computer.
pub(super) const COLLECTED_WHOLE: &[&str] = &[
    "appx-package",
    "autodiscover-config",
    "office-identity",
    "office-identity-config",
    "winhttp-proxy",
    "wininet-proxy",
];

/// Attributes of a directory that are a `FILETIME`; 0 stays a number, because there it says something.
pub(super) const FILE_TIMES: &[&str] = &[
    "accountexpires",
    "badpasswordtime",
    "lastlogon",
    "lastlogontimestamp",
    "lockouttime",
    "pwdlastset",
    "msds-userpasswordexpirytimecomputed",
];

/// Whether a property holds what must never leave the reader. What is said *about* a password (`pwdLastSet`) is none.
pub(super) fn is_secret(name: &str) -> bool {
    const ENDS: [&str; 12] = [
        "password",
        "pwd",
        "passwd",
        "secret",
        "passphrase",
        "privatekey",
        "credential",
        "credentials",
        "accesstoken",
        "refreshtoken",
        "apikey",
        "accesskey",
    ];
    const EXACT: [&str; 4] = ["unicodepwd", "userpkcs12", "mslaps-encryptedpassword", "msds-managedpassword"];
    const ABOUT: [&str; 3] = ["cannotchangepassword", "changepasswordatlogon", "allowreversiblepassword"];
    let name = crate::value::fold(name);
    EXACT.contains(&name.as_str()) || ENDS.iter().any(|end| name.ends_with(end)) && !ABOUT.contains(&name.as_str())
}
