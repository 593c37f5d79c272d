// Scripts for PowerShell that read and write one entry of Windows' Credential Manager (`CredReadW`, `CredWriteW` of wincred.h).

const DECLARATIONS = `
$ErrorActionPreference = 'Stop'
Add-Type -TypeDefinition @'
using System;
using System.Runtime.InteropServices;
public static class SallyportCredential {
  [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
  public struct Entry {
    public uint Flags; public uint Type; public string TargetName; public string Comment;
    public long LastWritten; public uint BlobSize; public IntPtr Blob; public uint Persist;
    public uint AttributeCount; public IntPtr Attributes; public string TargetAlias; public string UserName;
  }
  [DllImport("advapi32.dll", EntryPoint = "CredReadW", CharSet = CharSet.Unicode, SetLastError = true)]
  public static extern bool Read(string target, uint type, uint flags, out IntPtr entry);
  [DllImport("advapi32.dll", EntryPoint = "CredWriteW", CharSet = CharSet.Unicode, SetLastError = true)]
  public static extern bool Write(ref Entry entry, uint flags);
  [DllImport("advapi32.dll")] public static extern void CredFree(IntPtr entry);
}
'@
`;
/** CRED_TYPE_GENERIC and CRED_PERSIST_LOCAL_MACHINE. */
const GENERIC = 1;
const LOCAL_MACHINE = 2;

/** Prints the entry as base64 of its UTF-8 text; ends with 44 where there is none. */
export function readScript(service: string, account: string): string {
  return `${DECLARATIONS}
$found = [IntPtr]::Zero
if (-not [SallyportCredential]::Read(${target(service, account)}, ${GENERIC}, 0, [ref]$found)) { exit 44 }
$entry = [Runtime.InteropServices.Marshal]::PtrToStructure($found, [type][SallyportCredential+Entry])
$bytes = New-Object byte[] $entry.BlobSize
if ($entry.BlobSize -gt 0) { [Runtime.InteropServices.Marshal]::Copy($entry.Blob, $bytes, 0, $entry.BlobSize) }
[SallyportCredential]::CredFree($found)
[Console]::Out.Write([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes([Text.Encoding]::Unicode.GetString($bytes))))
`;
}

/** Reads base64 of a UTF-8 text from standard input and keeps it as UTF-16, as the system's own tools do. */
export function writeScript(service: string, account: string): string {
  return `${DECLARATIONS}
$text = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String([Console]::In.ReadToEnd().Trim()))
$bytes = [Text.Encoding]::Unicode.GetBytes($text)
$blob = [Runtime.InteropServices.Marshal]::AllocHGlobal($bytes.Length + 1)
[Runtime.InteropServices.Marshal]::Copy($bytes, 0, $blob, $bytes.Length)
$entry = New-Object SallyportCredential+Entry
$entry.Type = ${GENERIC}; $entry.Persist = ${LOCAL_MACHINE}
$entry.TargetName = ${target(service, account)}; $entry.UserName = ${word(account)}
$entry.Blob = $blob; $entry.BlobSize = $bytes.Length
if (-not [SallyportCredential]::Write([ref]$entry, 0)) { exit 1 }
`;
}

function target(service: string, account: string): string {
  return word(`${service}:${account}`);
}

/** A text as PowerShell gets it: base64, so that no character of it is read as script. */
function word(text: string): string {
  const encoded = Buffer.from(text).toString("base64");
  return `([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${encoded}')))`;
}
