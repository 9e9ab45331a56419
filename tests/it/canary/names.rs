//! Places for names that no fixture has, each a name that stands nowhere else; and names of files with secrets in them.

use forge::bundle::Files;
use serde_json::json;

use super::{SECRET, secrets};

/// Places for names that no fixture has, and names of files with secrets in them.
pub(super) fn more(files: &mut Files) {
    let mut put = |name: &str, text: &str| files.insert(name.to_owned(), text.replace('\n', "\r\n").into_bytes());
    put(
        "names/ipconfig.txt",
        r#"
Windows IP Configuration

   Host Name . . . . . . . . . . . . : ZQWS01
   Primary Dns Suffix  . . . . . . . : zqone.test
   Node Type . . . . . . . . . . . . : Hybrid
   DNS Suffix Search List. . . . . . : zqtwo.test
                                       zqthree.test

Ethernet adapter Ethernet:

   Connection-specific DNS Suffix  . : zqfour.test
   DHCP Server . . . . . . . . . . . : 10.177.88.3
   Default Gateway . . . . . . . . . : 2001:db8:77::88
                                       10.177.88.3
   Primary WINS Server . . . . . . . : 10.177.0.20
"#,
    );
    put(
        "names/netsh.txt",
        r#"
Current WinHTTP proxy settings:

    Proxy Server(s) :  http=zqproxyhost:8080;https=zqproxy.zqfive.test:8080
    Bypass List     :  *.zqsix.test;zqintra;<local>
"#,
    );
    put(
        "names/nslookup.txt",
        r#"Server:  zqdnsserver
Address:  10.177.88.3

Name:    zqmail.zqseven.test
Addresses:  2001:db8:77::88
          203.0.113.77
Aliases:  zqautodiscover.zqeight.test

*** zqdnsserver can't find zqlone: Non-existent domain
"#,
    );
    put(
        "names/nltest.txt",
        r#"           DC: \\ZQDC91.zqforest.test
      Address: \\10.177.88.3
     Dom Name: ZQFOREST
  Forest Name: zqforest.test
 Dc Site Name: Zqsite
"#,
    );
    put(
        "names/setspn.txt",
        "Checking domain DC=zqforest,DC=test\nCN=zqsvcadfs,OU=Zqunit,DC=zqforest,DC=test\n\thost/zqspn.zqforest.test\n",
    );
    put(
        "names/klist.txt",
        "Cached Tickets: (1)\n\n#0>\tClient: zq.klist @ ZQREALM.TEST\n\tServer: HTTP/zqticket @ ZQREALM.TEST\n",
    );
    put(
        "names/sslcert.txt",
        "    Hostname:port : zqbinding.zqforest.test:443\n    Certificate Hash : 00112233445566778899aabbccddeeff00112233\n",
    );
    put(
        "names/hosts",
        r#"10.177.88.3 zqbare zqcanonical.zqnine.test
203.0.113.77 zqother
"#,
    );
    put(
        "names/w32tm.txt",
        r#"Leap Indicator: 0(no warning)
Stratum: 4
ReferenceId: 0x0 (source IP:  10.177.88.3)
Last Successful Sync Time: 3/5/2026 10:59:12 AM
Source: ZQTIME
Poll Interval: 10 (1024s)

Phase Offset: 0.0002563s
"#,
    );
    put(
        "names/dsregcmd.txt",
        r#"+----------------------------------------------------------------------+
| Device State                                                         |
+----------------------------------------------------------------------+

             AzureAdJoined : YES
              DomainJoined : YES
                DomainName : ZQNETBIOS
               Device Name : ZQNOTEBOOK

+----------------------------------------------------------------------+
| Tenant Details                                                       |
+----------------------------------------------------------------------+

                TenantName : Zqholding AG
                  TenantId : 77aa77aa-7777-4777-8777-77aa77aa77aa

+----------------------------------------------------------------------+
| SSO State                                                            |
+----------------------------------------------------------------------+

                AzureAdPrt : NO
   Acquire Prt Diagnostics : PRESENT
             User Identity : zq.fifth@zqten.test

+----------------------------------------------------------------------+
| Diagnostic Data                                                      |
+----------------------------------------------------------------------+

    Executing Account Name : ZQNETBIOS\zq.sixth, zq.sixth@zqten.test
               Endpoint URI : https://login.microsoftonline.com/77aa77aa-7777-4777-8777-77aa77aa77aa/oauth2/token/
      Proxy Server List : zqplain:3128
"#,
    );
    put(
        "names/connection.txt",
        r#"CID	SMTP Address	Display Name	Proxy Server	Server name	Status	Protocol	Authn
9	zq.seventh@zqeleven.test	Zq Seventh	zqrpcproxy	ZQMBX01	Established	HTTP	NTLM
"#,
    );
    put(
        "names/autodiscover.xml",
        r#"<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">
<User><DisplayName>Zq Eighth</DisplayName>
<LegacyDN>/o=Zqorganisation/ou=Zqunit/cn=Recipients/cn=zqlegacyname</LegacyDN>
<AutoDiscoverSMTPAddress>zq.eighth@zqtwelve.test</AutoDiscoverSMTPAddress></User>
<Account><AccountType>email</AccountType><Action>settings</Action>
<RedirectAddr>zq.eighth@zqthirteen.test</RedirectAddr>
<Protocol><Type>EXCH</Type><Server>ZQEXCH01</Server><ServerDN>x</ServerDN>
<MdbDN>/o=Zqorganisation/ou=Zqunit/cn=Configuration/cn=Servers/cn=ZQEXCH02/cn=Microsoft Private MDB</MdbDN>
<AD>ZQGC01</AD><PublicFolderServer>ZQPF01</PublicFolderServer><CertPrincipalName>msstd:zqcert.zqfourteen.test</CertPrincipalName>
<OOFUrl>https://zqoof/ews</OOFUrl></Protocol></Account></Response></Autodiscover>
"#,
    );
    put(
        "names/ad-user.txt",
        r#"

DistinguishedName    : CN=Zq Ninth,OU=Zqdepartment,DC=zqfifteen,DC=test
Enabled              : True
legacyExchangeDN     : /o=Zqexorg/ou=First/cn=Recipients/cn=zqninthlegacy
LockedOut            : False
LogonWorkstations    : ZQWS11,ZQWS12
pwdLastSet           : 134170992000000000
SamAccountName       : zqninth
UserPrincipalName    : zqninth@zqfifteen.test
userWorkstations     : ZQWS13



HostName             : ZQADFS02
AutoCertificateRollover : True
AuditLevel           : {Basic}



ConnectedServersName : {ZQWAP01, ZQWAP02}
ADFSUrl              : https://zqsts/adfs/ls



CertificateHash : 00
HostName        : zqssl.zqsixteen.test
PortNumber      : 443



CertificateType : Service-Communications
IsPrimary       : True
Subject         : CN=zqsubject.zqseventeen.test, O=Zqcorporation, C=JP
Thumbprint      : 00


"#,
    );
    put(
        "names/exchange.json",
        &json!([
            {
                "Identity": "Zq Tenth", "Name": "zqtenthname", "DisplayName": "Zq Tenth Name",
                "PrimarySmtpAddress": "zq.tenth@zqeighteen.test", "ServerName": "zqmbx03",
                "MAPIEnabled": true, "OWAEnabled": true, "OrganizationalUnit": "zqeighteen.test/Zqfolder",
            },
            {"Id": "zqnineteen.test", "AuthenticationType": "Managed", "IsVerified": true},
            {"Name": "zqtwenty", "DisplayName": "Zq Twenty KK", "OAuth2ClientProfileEnabled": true},
            {
                "IssuerUri": "http://zqissuer/adfs/services/trust", "SigningCertificate": "x",
                "DisplayName": "Zqfederation", "PassiveSignInUri": "https://zqsts.zqtwentyone.test/adfs/ls/",
            },
            {
                "InterfaceAlias": "Ethernet", "Name": "zqnetwork.test 2", "IPv4Connectivity": "Internet",
                "NetworkCategory": "DomainAuthenticated",
            },
            {
                "PartOfDomain": true, "DomainRole": 1, "Domain": "zqtwentytwo.test",
                "DNSHostName": "zqcsname", "Name": "ZQCS01",
            },
            {"OSLanguage": 1041, "BuildNumber": "22631", "CSName": "ZQCS02"},
            {"WindowsProductName": "Windows 11", "OsVersion": "10.0", "CsDomain": "zqtwentythree.test"},
            {
                "Name": "W32Time", "StartMode": "Auto", "State": "Running", "PathName": "x",
                "StartName": "ZQNETBIOS\\zqservice",
            },
            {"Name": "ZQWORKGROUP", "JoinStatus": "Domain"},
            {
                "EmailAddress": "zq.eleventh@zqtwentyfour.test", "IdP": 3, "SignedOut": 0,
                "Profile": "zqprofile", "FriendlyName": "Zq Eleventh",
            },
            {"EnableAlternateIdSupport": 1, "DomainHint": "zqtwentyfive.test"},
            {
                "Connection": "DefaultConnectionSettings", "AutoDetect": true,
                "AutoConfigUrl": "http://zqpac/proxy.pac", "ProxyBypass": "*.zqtwentysix.test;zqlocal",
                "ProxyServer": "zqinetproxy:8080",
            },
            {"AccessType": "NamedProxy", "Proxy": "zqhttp:8080", "ProxyBypass": "zqskip"},
            {
                "Identifier": "zqtwelfth", "BadPwdCountFamiliar": 3, "BadPwdCountUnknown": 1,
                "FamiliarLockout": false, "UnknownLockout": false,
            },
        ])
        .to_string(),
    );
    put(
        "names/adfs-party.txt",
        r#"

Identifier           : {urn:federation:MicrosoftOnline, https://zqapp.zqtwentyseven.test/}
Name                 : Microsoft Office 365 Identity Platform
TokenLifetime        : 0

"#,
    );
    put(
        "names/events.txt",
        r#"Event[0]
  Log Name: Security
  Source: Microsoft-Windows-Security-Auditing
  Date: 2026-03-05T02:15:30.2510000Z
  Event ID: 4625
  Task: Logon
  Level: Information
  Opcode: Info
  Keyword: Audit Failure
  User: N/A
  User Name: N/A
  Computer: ZQSRV01.zqtwentyeight.test
  Description:
An account failed to log on.

Subject:
	Security ID:		S-1-5-18
	Account Name:		ZQSRV01$
	Account Domain:		ZQTWENTYEIGHT

Account For Which Logon Failed:
	Security ID:		S-1-0-0
	Account Name:		zqthirteenth
	Account Domain:		ZQELSEWHERE

Network Information:
	Workstation Name:	ZQWS21
	Source Network Address:	10.177.88.3
	Package Name:	NTLM
	Transited Account Name:	zqunlisted


"#,
    );
    // A separator parts the name, and what is left of the secret is in two of them.
    for (number, name) in secrets().iter().filter(|secret| !secret.contains(['/', '\\'])).enumerate() {
        files.insert(format!("names of files/{number} {name} x.txt"), b"no format at all".to_vec());
        files.insert(
            format!("{name}/Password={SECRET}85/{number} identity.reg"),
            concat!(
                "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\16.0",
                "\\Common\\Identity]\r\n\"EnableADAL\"=dword:0\r\n"
            )
            .into(),
        );
    }
}
