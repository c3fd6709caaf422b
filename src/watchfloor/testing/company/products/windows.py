"""What Windows 11 and Server 2022 audit: log-ons, Kerberos, NTLM, directory access, accounts, shares and services.

Fields and their order: https://learn.microsoft.com/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from watchfloor.testing.company.clock import SECOND
from watchfloor.testing.company.products.windows_events import POWERSHELL, SECURITY, SERVICES, Collector

_NOBODY = {"SubjectUserSid": "S-1-0-0", "SubjectUserName": "-", "SubjectDomainName": "-", "SubjectLogonId": "0x0"}
_NO_GUID = "{00000000-0000-0000-0000-000000000000}"
_PRIVILEGES = "SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege\r\n\t\t\tSeRestorePrivilege\r\n\t\t\tSeTakeOwnershipPrivilege\r\n\t\t\tSeDebugPrivilege"
_SHARED = {"ADMIN$": "\\??\\C:\\Windows", "C$": "\\??\\C:\\", "IPC$": ""}
REPLICATION = ("{1131f6aa-9c07-11d1-f79f-00c04fc2dcd2}", "{1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}")
"""Extended rights by which a directory is copied: https://learn.microsoft.com/windows/win32/adschema/extended-rights."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the domain; machines' names end in $."""

    name: str
    rid: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of the company's own authority: who gave it, its serial number and its SHA-1, both in hex."""

    issuer: str
    serial: str
    thumbprint: str


class Windows:
    """The domain's machines as they audit."""

    def __init__(self, collector: Collector, chance: Random, *, netbios: str, sid: str) -> None:
        """Write through this, for a domain of this short name and SID."""
        self._collector, self._chance, self.netbios, self._domain_sid = collector, chance, netbios, sid
        self.realm = collector.domain.upper()
        self._logon, self._requests = 0x1A0000, 4200

    def sid(self, account: Account) -> str:
        """An account's SID."""
        return f"{self._domain_sid}-{account.rid}"

    def _subject(self, account: Account, logon: str) -> dict[str, str]:
        return {
            "SubjectUserSid": self.sid(account),
            "SubjectUserName": account.name,
            "SubjectDomainName": self.netbios,
            "SubjectLogonId": logon,
        }

    def new_logon(self) -> str:
        """The next log-on id."""
        self._logon += 0x100 + self._chance.randrange(0x3000)
        return f"0x{self._logon:x}"

    def _guid(self) -> str:
        text = f"{self._chance.getrandbits(128):032x}"
        return f"{{{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}}}"

    def _security(
        self,
        at: int,
        host: str,
        number: int,
        task: tuple[int, str],
        message: str,
        data: dict[str, str],
        *,
        version: int = 0,
        failed: bool = False,
    ) -> None:
        self._collector.event(at, host, SECURITY, number, task, message, data, version=version, failed=failed)

    def logged_on(
        self,
        at: int,
        host: str,
        account: Account,
        *,
        kind: int = 3,
        address: str = "-",
        package: str = "Kerberos",
        workstation: str = "-",
        privileged: bool = False,
        seconds: int = 0,
    ) -> str:
        """4624, 4672 where it has rights of an administrator, and 4634 later; gives back the log-on id."""
        logon = self.new_logon()
        interactive = kind in {2, 7, 10, 11}
        program = "C:\\Windows\\System32\\svchost.exe" if interactive else "-"
        data = _NOBODY | {
            "TargetUserSid": self.sid(account),
            "TargetUserName": account.name,
            "TargetDomainName": self.netbios if package == "NTLM" or interactive else self.realm,
            "TargetLogonId": logon,
            "LogonType": str(kind),
            "LogonProcessName": {"NTLM": "NtLmSsp ", "Kerberos": "Kerberos"}.get(package, "User32 "),
            "AuthenticationPackageName": package,
            "WorkstationName": workstation,
            "LogonGuid": self._guid() if package == "Kerberos" else _NO_GUID,
            "TransmittedServices": "-",
            "LmPackageName": "NTLM V2" if package == "NTLM" else "-",
            "KeyLength": "128" if package == "NTLM" else "0",
            "ProcessId": "0x4d8" if interactive else "0x0",
            "ProcessName": program,
            "IpAddress": address,
            "IpPort": "-" if address == "-" else str(self._chance.randrange(49152, 65535)),
            "ImpersonationLevel": "%%1833",
            "RestrictedAdminMode": "-",
            "TargetOutboundUserName": "-",
            "TargetOutboundDomainName": "-",
            "VirtualAccount": "%%1843",
            "TargetLinkedLogonId": "0x0",
            "ElevatedToken": "%%1842" if privileged or account.name.endswith("$") else "%%1843",
        }
        self._security(at, host, 4624, (12544, "Logon"), "An account was successfully logged on.", data, version=2)
        if privileged:
            rights = self._subject(account, logon) | {"PrivilegeList": _PRIVILEGES}
            text = "Special privileges assigned to new logon."
            self._security(at + 100, host, 4672, (12548, "Special Logon"), text, rights)
        if seconds:
            gone = {
                "TargetUserSid": self.sid(account), "TargetUserName": account.name, "TargetDomainName": self.netbios,
                "TargetLogonId": logon, "LogonType": str(kind),
            }  # fmt: skip
            text = "An account was logged off."
            self._security(at + seconds * SECOND, host, 4634, (12545, "Logoff"), text, gone)
        return logon

    def logon_failed(
        self, at: int, host: str, name: str, *, address: str, known: bool = True, kind: int = 3, workstation: str = "-"
    ) -> None:
        """4625."""
        data = _NOBODY | {
            "TargetUserSid": "S-1-0-0",
            "TargetUserName": name,
            "TargetDomainName": self.netbios,
            "Status": "0xc000006d",
            "FailureReason": "%%2313",
            "SubStatus": "0xc000006a" if known else "0xc0000064",
            "LogonType": str(kind),
            "LogonProcessName": "NtLmSsp " if kind == 3 else "User32 ",
            "AuthenticationPackageName": "NTLM" if kind == 3 else "Negotiate",
            "WorkstationName": workstation,
            "TransmittedServices": "-",
            "LmPackageName": "-",
            "KeyLength": "0",
            "ProcessId": "0x0",
            "ProcessName": "-",
            "IpAddress": address,
            "IpPort": str(self._chance.randrange(49152, 65535)),
        }
        self._security(at, host, 4625, (12544, "Logon"), "An account failed to log on.", data, failed=True)

    def ticket(
        self,
        at: int,
        controller: str,
        account: Account,
        address: str,
        *,
        status: str = "0x0",
        encryption: str = "0x12",
        proof: int = 2,
        certificate: Certificate | None = None,
    ) -> None:
        """4768: somebody proved who they are, or 4771 with status 0x18 and the like where they could not.

        `proof` is the type of pre-authentication: 2 by password, 0 none, 16 by the `certificate`.
        """
        task = (14339, "Kerberos Authentication Service")
        where = {"IpAddress": f"::ffff:{address}", "IpPort": str(self._chance.randrange(49152, 65535))}
        if status not in {"0x0", "0x6"}:
            data = {
                "TargetUserName": account.name, "TargetSid": self.sid(account), "ServiceName": f"krbtgt/{self.netbios}",
                "TicketOptions": "0x40810010", "Status": status, "PreAuthType": "2", **where, "CertIssuerName": "",
                "CertSerialNumber": "", "CertThumbprint": "",
            }  # fmt: skip
            self._security(at, controller, 4771, task, "Kerberos pre-authentication failed.", data, failed=True)
            return
        known = status == "0x0"
        data = {
            "TargetUserName": account.name,
            "TargetDomainName": self.realm if known else self.netbios,
            "TargetSid": self.sid(account) if known else "S-1-0-0",
            "ServiceName": "krbtgt",
            "ServiceSid": f"{self._domain_sid}-502" if known else "S-1-0-0",
            "TicketOptions": "0x40810010",
            "Status": status,
            "TicketEncryptionType": encryption if known else "0xffffffff",
            "PreAuthType": str(proof) if known else "-",
            **where,
            "CertIssuerName": certificate.issuer if certificate else "",
            "CertSerialNumber": certificate.serial if certificate else "",
            "CertThumbprint": certificate.thumbprint if certificate else "",
        }
        text = "A Kerberos authentication ticket (TGT) was requested."
        self._security(at, controller, 4768, task, text, data, failed=not known)

    def service_ticket(
        self, at: int, controller: str, account: Account, address: str, service: Account, *, encryption: str = "0x12"
    ) -> None:
        """4769: somebody wants to talk to a service."""
        data = {
            "TargetUserName": f"{account.name}@{self.realm}",
            "TargetDomainName": self.realm,
            "ServiceName": service.name,
            "ServiceSid": self.sid(service),
            "TicketOptions": "0x40810000",
            "TicketEncryptionType": encryption,
            "IpAddress": f"::ffff:{address}",
            "IpPort": str(self._chance.randrange(49152, 65535)),
            "Status": "0x0",
            "LogonGuid": self._guid(),
            "TransmittedServices": "-",
        }
        task = (14337, "Kerberos Service Ticket Operations")
        self._security(at, controller, 4769, task, "A Kerberos service ticket was requested.", data)

    def replicated(self, at: int, controller: str, account: Account, logon: str) -> None:
        """4662 for each right by which a directory is copied."""
        for number, right in enumerate(REPLICATION):
            data = self._subject(account, logon) | {
                "ObjectServer": "DS",
                "ObjectType": "%{19195a5b-6da0-11d0-afd3-00c04fd930c9}",
                "ObjectName": "%{a35b7a3c-0d0e-4d6e-8c4a-5f6c2bb0f6aa}",
                "OperationType": "Object Access",
                "HandleId": "0x0",
                "AccessList": "%%7688\r\n\t\t\t\t",
                "AccessMask": "0x100",
                "Properties": f"%%7688\r\n\t\t{right}\r\n\t{{19195a5b-6da0-11d0-afd3-00c04fd930c9}}\r\n",
                "AdditionalInfo": "-",
                "AdditionalInfo2": "",
            }
            text = "An operation was performed on an object."
            self._security(at + number * 900, controller, 4662, (14080, "Directory Service Access"), text, data)

    def shared(
        self, at: int, host: str, account: Account, logon: str, address: str, share: str, path: str, mask: str = "0x1"
    ) -> None:
        """5145: access to a file of a share."""
        access = {"0x1": "%%4416", "0x2": "%%4417", "0x120089": "%%1538\r\n\t\t\t\t%%1541\r\n\t\t\t\t%%4416"}[mask]
        local = _SHARED.get(share, f"\\??\\D:\\Shares\\{share}")
        data = self._subject(account, logon) | {
            "ObjectType": "File",
            "IpAddress": address,
            "IpPort": str(self._chance.randrange(49152, 65535)),
            "ShareName": f"\\\\*\\{share}",
            "ShareLocalPath": local,
            "RelativeTargetName": path,
            "AccessMask": mask,
            "AccessList": f"{access}\r\n\t\t\t\t",
            "AccessReason": "-",
        }
        text = "A network share object was checked to see whether client can be granted desired access."
        self._security(at, host, 5145, (12811, "Detailed File Share"), text, data)

    def certified(
        self, at: int, authority: str, requester: Account, subject: str, *, template: str, client: str
    ) -> Certificate:
        """4886 and 4887: a certificate for `subject`, a distinguished name, is asked for from `client` and issued."""
        realm, self._requests = self._collector.domain, self._requests + 1
        machine = f"{client}.{realm}"
        request = {
            "RequestId": str(self._requests),
            "Requester": f"{self.netbios}\\{requester.name}",
            "Attributes": f"\r\nCertificateTemplate:{template}\r\nrmd:{machine}\r\nccm:{machine}",
        }
        task, text = (12805, "Certification Services"), "Certificate Services received a certificate request."
        self._security(at, authority, 4886, task, text, request)
        key = " ".join(f"{each:02x}" for each in self._chance.randbytes(20))
        issued = request | {"Disposition": "3", "SubjectKeyIdentifier": key, "Subject": subject}
        text = "Certificate Services approved a certificate request and issued a certificate."
        self._security(at + 40_000, authority, 4887, task, text, issued)
        issuer = f"{self.netbios.lower()}-{authority.upper()}-CA"
        return Certificate(issuer, f"{self._chance.getrandbits(152):038X}", f"{self._chance.getrandbits(160):040X}")

    def shadow_copied(self, at: int, host: str) -> None:
        """7036, 4904 and 4905: the shadow copy service starts, announces itself to the audit, and is done."""
        names = ("Volume Shadow Copy", "Microsoft Software Shadow Copy Provider")
        for number, name in enumerate(names):
            self.service_state(at + number * SECOND, host, name, "running")
        source = {
            **self._machine(host), "AuditSourceName": "VSSAudit", "EventSourceId": f"0x{self._chance.getrandbits(24):x}",
            "ProcessId": f"0x{4 * self._chance.randrange(300, 3000):x}", "ProcessName": "C:\\Windows\\System32\\VSSVC.exe",
        }  # fmt: skip
        task = (13568, "Audit Policy Change")
        text = "An attempt was made to register a security event source."
        self._security(at + 2 * SECOND, host, 4904, task, text, source)
        text = "An attempt was made to unregister a security event source."
        self._security(at + 2 * SECOND + 15_000, host, 4905, task, text, source)
        for number, name in enumerate(names):
            self.service_state(at + (360 + number) * SECOND, host, name, "stopped")

    def _machine(self, host: str) -> dict[str, str]:
        return {
            "SubjectUserSid": "S-1-5-18",
            "SubjectUserName": f"{host.upper()}$",
            "SubjectDomainName": self.netbios,
            "SubjectLogonId": "0x3e7",
        }

    def password_reset(self, at: int, controller: str, by: Account, logon: str, target: Account) -> None:
        """4724."""
        data = {"TargetUserName": target.name, "TargetDomainName": self.netbios, "TargetSid": self.sid(target)}
        task, text = (13824, "User Account Management"), "An attempt was made to reset an account's password."
        self._security(at, controller, 4724, task, text, data | self._subject(by, logon))

    def locked_out(self, at: int, controller: str, target: Account, workstation: str) -> None:
        """4740."""
        data = {
            "TargetUserName": target.name, "TargetDomainName": workstation, "TargetSid": self.sid(target),
            **self._machine(controller),
        }  # fmt: skip
        self._security(at, controller, 4740, (13824, "User Account Management"), "A user account was locked out.", data)

    def created(self, at: int, controller: str, by: Account, logon: str, target: Account) -> None:
        """4720."""
        data = {
            "TargetUserName": target.name, "TargetDomainName": self.netbios, "TargetSid": self.sid(target),
            **self._subject(by, logon), "PrivilegeList": "-", "SamAccountName": target.name, "DisplayName": "%%1793",
            "UserPrincipalName": "-", "HomeDirectory": "%%1793", "PasswordLastSet": "%%1794", "AccountExpires": "%%1794",
            "PrimaryGroupId": "513", "OldUacValue": "0x0", "NewUacValue": "0x15",
            "UserAccountControl": "\r\n\t\t%%2080\r\n\t\t%%2082\r\n\t\t%%2084",
        }  # fmt: skip
        self._security(at, controller, 4720, (13824, "User Account Management"), "A user account was created.", data)

    def added(self, at: int, controller: str, by: Account, logon: str, member: Account, group: Account) -> None:
        """4728: an account becomes member of a global group."""
        base = ",".join(f"DC={each}" for each in self._collector.domain.split("."))
        data = {
            "MemberName": f"CN={member.name},CN=Users,{base}", "MemberSid": self.sid(member),
            "TargetUserName": group.name, "TargetDomainName": self.netbios, "TargetSid": self.sid(group),
            **self._subject(by, logon), "PrivilegeList": "-", "MembershipExpirationTime": "-",
        }  # fmt: skip
        task, text = (13826, "Security Group Management"), "A member was added to a security-enabled global group."
        self._security(at, controller, 4728, task, text, data)

    def service_installed(self, at: int, host: str, by: Account, logon: str, name: str, path: str) -> None:
        """7045, and 4697 with the log-on by which it was done."""
        audited = self._subject(by, logon) | {
            "ServiceName": name, "ServiceFileName": path, "ServiceType": "0x10", "ServiceStartType": "3",
            "ServiceAccount": "LocalSystem", "ClientProcessStartKey": "0", "ClientProcessId": "0", "ParentProcessId": "0",
        }  # fmt: skip
        task, text = (12289, "Security System Extension"), "A service was installed in the system."
        self._security(at, host, 4697, task, text, audited, version=1)
        data = {
            "UserID": self.sid(by), "ServiceName": name, "ImagePath": path, "ServiceType": "user mode service",
            "StartType": "demand start", "AccountName": "LocalSystem",
        }  # fmt: skip
        self._collector.event(at, host, SERVICES, 7045, (0, ""), "A service was installed in the system.", data)

    def script_block(self, at: int, host: str, by: Account, text: str) -> None:
        """4104 as a warning: Windows writes what looks suspicious without being told to, after every decoding."""
        data = {
            "Domain": self.netbios, "AccountName": by.name, "AccountType": "User", "UserID": self.sid(by),
            "MessageNumber": "1", "MessageTotal": "1", "ScriptBlockText": text, "ScriptBlockId": self._guid(), "Path": "",
        }  # fmt: skip
        task, said = (2, "Execute a Remote Command"), "Creating Scriptblock text (1 of 1):"
        self._collector.event(at, host, POWERSHELL, 4104, task, said, data, version=1, failed=True)

    def service_state(self, at: int, host: str, name: str, state: str) -> None:
        """7036."""
        text = f"The {name} service entered the {state} state."
        self._collector.event(at, host, SERVICES, 7036, (0, ""), text, {"param1": name, "param2": state})
