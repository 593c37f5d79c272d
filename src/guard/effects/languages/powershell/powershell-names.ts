// Names of PowerShell's own commands: aliases, those that do no harm, those that take what others list.
import { words } from "../evaluation/tokens.ts";

/** Commands by their other names. */
export const ALIASES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "get-content gc cat type",
    "set-content sc",
    "add-content ac",
    "remove-item rm ri del erase rd rmdir",
    "copy-item cp copy cpi",
    "move-item mv move mi",
    "rename-item ren rni",
    "new-item ni md mkdir",
    "get-childitem gci ls dir",
    "invoke-webrequest iwr",
    "invoke-restmethod irm",
    "invoke-expression iex",
    "start-process saps start",
    "stop-process kill spps",
    "where-object where ?",
    "foreach-object %",
    "select-object select",
    "select-string sls",
    "sort-object sort",
    "measure-object measure",
    "format-table ft",
    "format-list fl",
    "write-output echo write",
    "get-location pwd gl",
    "get-process ps gps",
    "start-sleep sleep",
    "tee-object tee",
    "import-module ipmo",
    "compare-object compare diff",
    "get-item gi",
    "get-command gcm",
    "get-member gm",
    "group-object group",
    "out-host oh",
    "import-csv ipcsv",
    "export-csv epcsv",
    "clear-content clc",
    "resolve-path rvpa",
  ].flatMap((line) => {
    const [name = "", ...others] = line.split(" ");
    return others.map((alias) => [alias, name] as const);
  }),
);

/** Commands that only look, or only shape what is printed. */
export const HARMLESS = words(
  "write-output write-host write-error write-warning write-verbose where-object foreach-object select-object sort-object measure-object group-object format-table format-list format-wide out-string out-null out-host out-default convertto-json convertfrom-json convertto-csv convertfrom-csv get-date get-location test-path resolve-path split-path join-path get-childitem get-item get-process get-command get-module get-random start-sleep compare-object get-member get-help get-alias new-guid new-timespan get-host get-culture get-uptime get-unique get-verb read-host set-strictmode clear-host",
);

/** Words of the language itself. */
export const KEYWORDS = words(
  "if else elseif foreach for while do until switch param function try catch finally throw return exit break continue in begin process end default",
);
/** How PowerShell's own commands are named: a verb and a noun. */
export const COMMAND =
  /^(?:add|clear|compare|complete|confirm|convert|convertfrom|convertto|copy|debug|disable|disconnect|dismount|enable|enter|exit|expand|export|find|format|get|group|import|initialize|install|invoke|join|limit|lock|measure|merge|mount|move|new|open|optimize|out|ping|pop|protect|publish|push|read|receive|redo|register|remove|rename|repair|request|reset|resize|resolve|restart|restore|resume|revoke|save|search|select|send|set|show|skip|split|start|step|stop|submit|suspend|switch|sync|tee|test|trace|unblock|undo|uninstall|unlock|unprotect|unpublish|unregister|update|use|wait|watch|where|write)-[a-z]+$/i;

/** Commands that list files for those behind them. */
export const LISTS = words("get-childitem get-item resolve-path");
/** Commands that take what those before them list. */
export const TAKES_PATHS = words(
  "get-content import-csv get-filehash format-hex import-clixml select-string remove-item",
);
