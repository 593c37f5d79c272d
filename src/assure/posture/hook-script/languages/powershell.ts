// How PowerShell says what a hook does.
import { powershellLexicon as lexicon } from "#guard/effects/languages/powershell/powershell-words.ts";
import { braced } from "#guard/effects/languages/syntax/blocks.ts";
import { MEMBERS, matching, NONE, type ProgramForms, TARGET, TEXT } from "./forms.ts";

export const powershell: ProgramForms = {
  layout: {
    lexicon,
    signs: [
      [/\[(?:ordered|pscustomobject)\]\s*@\{/gi, "{"],
      [/@\{/g, "{"],
    ],
    isBare: true,
    ignoresCase: true,
  },
  blocks: braced,
  capitals: [],
  variables: [/\$env:([A-Za-z_]\w*)/gi],
  loads: /ConvertFrom-Json[^\n.)]*\)?/i,
  wraps: /(?!)/,
  foreign: /env:|split/i,
  members: MEMBERS,
  prints: [
    { names: "Write-Output Write-Host echo [Console]::Write* [Console]::Out.Write*", to: 1 },
    { names: "Write-Error Write-Warning throw [Console]::Error.Write*", to: 2 },
    {
      form: /(?<=^|[;{])[ \t]*(?:\{[^]{0,2000}?\}|\$\w+)\s*\|\s*ConvertTo-Json[^\n]*/gim,
      to: 1,
      isWhole: true,
    },
  ],
  toError: /(?!)/,
  builds: /ConvertTo-Json/i,
  pastes: /"[^"\n]*\$[\w({]/,
  exits: [{ names: "exit [Environment]::Exit [System.Environment]::Exit" }],
  textStatus: undefined,
  dies: [{ names: "throw", status: 1 }],
  catchesAll: NONE,
  matches: [
    matching(
      `${TARGET}\\s+-c?match\\s+("[^"\\n]*"|'[^'\\n]*')`,
      "regex",
      { target: 1, what: 2 },
      "gi",
    ),
    matching(`${TARGET}\\s+-c?like\\s+${TEXT}`, "glob", { target: 1, what: 2 }, "gi"),
    matching(
      `(\\$[\\w.]+)\\.(?:Contains|IndexOf)\\(\\s*${TEXT}`,
      "fixed",
      { target: 1, what: 2 },
      "gi",
    ),
  ],
  runs: [
    { names: "Invoke-Expression iex [scriptblock]::Create", how: "filled" },
    {
      form: /(?<![\w.$-])(?:cmd(?:\.exe)?\s+\/c|(?:ba)?sh\s+-c|(?:pwsh|powershell)(?:\.exe)?\s+[^\n]*-c(?:ommand)?)\s+/gi,
      how: "filled",
    },
  ],
  quotes: NONE,
  sends: [
    {
      names: "Invoke-RestMethod Invoke-WebRequest irm iwr",
      carries: /-Body\b/i,
    },
  ],
  fetches: {
    asks: /(?:)/,
    runs: /(?<![\w.$-])(?:irm|iwr|Invoke-RestMethod|Invoke-WebRequest)\b[^\n]*\|\s*(?:iex|Invoke-Expression)\b|(?:iex|Invoke-Expression|Create\()[^\n]*(?:irm|iwr|Invoke-RestMethod|Invoke-WebRequest|DownloadString)\b/gi,
  },
  writes:
    /(?<![\w.$-])(?:Add-Content|Out-File|Set-Content|Tee-Object)\b[^\n]*|AppendAllText\([^\n]*/gi,
  logs: NONE,
  raw: NONE,
  caught: undefined,
};
