// What Windows takes: a registry file, a script, an administrative template with its words, and settings for Intune.
import type { Json } from "#guard/toolcall/tool-call.ts";
import { REGISTRY_KEY, REGISTRY_VALUE } from "#govern/settings/lint/device-settings.ts";
import { xmlText } from "./plist.ts";
import type { Site } from "./site.ts";
import type { OutputFile } from "./target.ts";

const KEY = REGISTRY_KEY;
const VALUE = REGISTRY_VALUE;
/** Characters that the template lets an administrator enter. */
const SETTINGS_CHARS_MAX = 1_048_576;
const NAMESPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions";
const ENDS = "\r\n";

/** The files. Lines end as on Windows; all characters are ASCII, so that no encoding changes them. */
export function windowsFiles(settings: Json, site: Site): readonly OutputFile[] {
  const json = asciiJson(settings);
  const file = (name: string, lines: readonly string[]): OutputFile => ({
    name,
    path: undefined,
    text: [...lines, ""].join(ENDS),
    mode: 0o644,
  });
  const admx = templateLines(site);
  return [
    file("claude-code.reg", registryLines(json)),
    file("claude-code.ps1", scriptLines(json)),
    file("ClaudeCode.admx", admx),
    file("en-US/ClaudeCode.adml", wordLines(site)),
    file("intune-oma-uri.xml", intuneLines(json, admx)),
  ];
}

/** JSON on one line without a character outside of ASCII. */
function asciiJson(value: Json): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function registryLines(json: string): readonly string[] {
  const text = json.replace(/[\\"]/g, (character) => `\\${character}`);
  return [
    "Windows Registry Editor Version 5.00",
    "",
    `[HKEY_LOCAL_MACHINE\\${KEY}]`,
    `"${VALUE}"="${text}"`,
  ];
}

/** In a here-string of single quotes nothing is expanded, and it ends only at the start of a line. */
function scriptLines(json: string): readonly string[] {
  return [
    "#Requires -RunAsAdministrator",
    "$ErrorActionPreference = 'Stop'",
    "$settings = @'",
    json,
    "'@",
    "$null = $settings | ConvertFrom-Json",
    `$key = 'HKLM:\\${KEY}'`,
    "if (-not (Test-Path -LiteralPath $key)) { $null = New-Item -Path $key -Force }",
    `$null = New-ItemProperty -LiteralPath $key -Name '${VALUE}' -PropertyType String -Value $settings -Force`,
    `$read = (Get-ItemProperty -LiteralPath $key -Name '${VALUE}').${VALUE}`,
    "if ($read -cne $settings) { throw 'the settings read back are not those that were written' }",
  ];
}

function templateLines({ identifier }: Site): readonly string[] {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<policyDefinitions xmlns="${NAMESPACE}" revision="1.0" schemaVersion="1.0">`,
    "  <policyNamespaces>",
    `    <target prefix="claudecode" namespace="${xmlText(identifier)}.Policies.ClaudeCode"/>`,
    "  </policyNamespaces>",
    '  <resources minRequiredRevision="1.0"/>',
    "  <supportedOn>",
    "    <definitions>",
    '      <definition name="Client" displayName="$(string.Client)"/>',
    "    </definitions>",
    "  </supportedOn>",
    "  <categories>",
    '    <category name="ClaudeCode" displayName="$(string.ClaudeCode)"/>',
    "  </categories>",
    "  <policies>",
    `    <policy name="${VALUE}" class="Machine" displayName="$(string.Settings)" explainText="$(string.SettingsHelp)" presentation="$(presentation.Settings)" key="${KEY}">`,
    '      <parentCategory ref="ClaudeCode"/>',
    // WHY: the published format asks for it of every policy.
    '      <supportedOn ref="Client"/>',
    "      <elements>",
    `        <text id="${VALUE}" valueName="${VALUE}" required="true" maxLength="${SETTINGS_CHARS_MAX}"/>`,
    "      </elements>",
    "    </policy>",
    "  </policies>",
    "</policyDefinitions>",
  ];
}

function wordLines({ organization }: Site): readonly string[] {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<policyDefinitionResources xmlns="${NAMESPACE}" revision="1.0" schemaVersion="1.0">`,
    "  <displayName>Claude Code</displayName>",
    `  <description>Managed settings of Claude Code for ${entities(organization)}</description>`,
    "  <resources>",
    "    <stringTable>",
    '      <string id="ClaudeCode">Claude Code</string>',
    '      <string id="Client">Claude Code for Windows</string>',
    '      <string id="Settings">Managed settings</string>',
    '      <string id="SettingsHelp">The managed settings of Claude Code as one line of JSON. They stand above those of people and projects.</string>',
    "    </stringTable>",
    "    <presentationTable>",
    '      <presentation id="Settings">',
    `        <textBox refId="${VALUE}"><label>Settings (JSON)</label></textBox>`,
    "      </presentation>",
    "    </presentationTable>",
    "  </resources>",
    "</policyDefinitionResources>",
  ];
}

/** Two custom settings of Intune, as the SyncML that it sends: the template, and the policy by it. */
function intuneLines(json: string, admx: readonly string[]): readonly string[] {
  const root = "./Device/Vendor/MSFT/Policy";
  const data = `<enabled/><data id="${VALUE}" value="${xmlText(json)}"/>`;
  const item = (id: number, uri: string, text: string): readonly string[] => [
    "  <Replace>",
    `    <CmdID>${id}</CmdID>`,
    "    <Item>",
    `      <Target><LocURI>${uri}</LocURI></Target>`,
    '      <Meta><Format xmlns="syncml:metinf">chr</Format><Type>text/plain</Type></Meta>',
    `      <Data>${entities(text)}</Data>`,
    "    </Item>",
    "  </Replace>",
  ];
  return [
    '<SyncBody xmlns="SYNCML:SYNCML1.2">',
    ...item(
      1,
      `${root}/ConfigOperations/ADMXInstall/ClaudeCode/Policy/ClaudeCodeAdmx`,
      admx.join(""),
    ),
    ...item(2, `${root}/Config/ClaudeCode~Policy~ClaudeCode/${VALUE}`, data),
    "</SyncBody>",
  ];
}

/** Text of an element, all of it ASCII. */
function entities(text: string): string {
  return [...xmlText(text)]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      return code > 0x7e ? `&#${code};` : character;
    })
    .join("");
}
