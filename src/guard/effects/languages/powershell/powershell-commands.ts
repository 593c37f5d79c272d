// What commands and library functions of PowerShell do: to files, to the machine, over the network.
import { baseOf, literal, textOf } from "../../../shell/values/text.ts";
import { effect } from "../../model/verbs.ts";
import type { Observations } from "../evaluation/observations.ts";
import { matching, withHome, type Word } from "./powershell-arguments.ts";

/** The words of one command by what they are; `to` is where it copies, `drives` are places that are no files. */
export type CommandWords = {
  readonly given: readonly Word[];
  readonly all: readonly string[];
  readonly first: string | undefined;
  readonly second: string | undefined;
  readonly to: string | undefined;
  readonly destination: string | undefined;
  readonly switches: ReadonlySet<string>;
  readonly drives: readonly (string | undefined)[];
};

/** What commands over files do; false for any other command. */
export function fileCommand(
  name: string,
  { all, first, second, to, destination, switches }: CommandWords,
  { takesListed, seen }: { readonly takesListed: boolean; readonly seen: Observations },
): boolean {
  const reach = takesListed ? "tree" : "entry";
  switch (name) {
    case "get-content":
    case "import-csv":
    case "get-filehash":
    case "format-hex":
    case "import-clixml":
      for (const path of all) seen.read(path, reach);
      return true;
    case "select-string":
      for (const path of switches.has("-pattern") ? all : all.slice(1)) seen.read(path, reach);
      return true;
    case "set-content":
    case "out-file":
    case "tee-object":
    case "export-csv":
    case "export-clixml":
    case "clear-content":
    case "new-item":
      if (first !== undefined) seen.write(first, "create");
      if (first === undefined || switches.has("-name")) seen.cannotTell();
      return true;
    case "add-content":
      if (first !== undefined) seen.write(first, "append");
      else seen.cannotTell();
      return true;
    case "remove-item":
      for (const path of all)
        seen.remove(
          matching(path),
          takesListed || [...switches].some((one) => one.startsWith("-r")) ? "tree" : "entry",
        );
      return true;
    case "copy-item":
    case "move-item":
    case "rename-item":
      copied(name, { from: first, to }, seen);
      return true;
    case "compress-archive":
    case "expand-archive": {
      const into = destination ?? second;
      if (first !== undefined) seen.read(first, "tree");
      if (into === undefined) seen.cannotTell();
      else seen.write(into, "create", "tree");
      return true;
    }
    default:
      return false;
  }
}

/** What commands do that reach hosts, run code or programs, or set up what runs later; false for any other command. */
export function machineCommand(
  name: string,
  { given, first, destination, switches, drives }: CommandWords,
  { seen, readCode }: { readonly seen: Observations; readonly readCode: (code: string) => void },
): boolean {
  switch (name) {
    case "invoke-webrequest":
    case "invoke-restmethod":
      seen.contact(drives.find((path) => /^https?:/i.test(path ?? "")) ?? first ?? "", "https");
      if (destination !== undefined) seen.write(withHome(destination, seen), "create");
      if (switches.has("-infile")) seen.cannotTell();
      return true;
    case "invoke-expression": {
      const [code] = given;
      if (code?.text !== undefined) readCode(code.text);
      seen.cannotTell();
      return true;
    }
    case "register-scheduledtask":
    case "register-scheduledjob":
      seen.add(effect<"persist">({ kind: "persist", means: "scheduled-task", target: undefined }));
      seen.cannotTell();
      return true;
    case "new-service":
    case "set-service":
      seen.add(effect<"persist">({ kind: "persist", means: "service", target: undefined }));
      seen.cannotTell();
      return true;
    case "start-process": {
      if (switches.has("-verb") && given.some(({ text }) => /^runas$/i.test(text ?? "")))
        seen.add(effect<"privilege">({ kind: "privilege", means: "runas", user: undefined }));
      const argv = given.flatMap(({ text }) =>
        text === undefined || text.startsWith("-") ? [] : [text],
      );
      seen.run(argv);
      seen.cannotTell();
      return true;
    }
    case "stop-process": {
      const named = given.findIndex(({ text }) => /^-n/i.test(text ?? ""));
      const target = given[named + 1]?.text ?? "";
      seen.run(named >= 0 ? ["pkill", target] : ["kill", first ?? "1"]);
      return true;
    }
    default:
      return false;
  }
}

/** Copies, moves and names anew. */
function copied(
  name: string,
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
  seen: Observations,
): void {
  if (from === undefined || to === undefined) {
    seen.cannotTell();
    if (from === undefined) return;
  }
  const isMove = name !== "copy-item";
  seen.read(from, "tree");
  if (isMove) seen.remove(from, "tree");
  if (to === undefined) return;
  const base = textOf(baseOf(literal(from))) ?? "";
  const folder = from.replace(/[^/]*\/*$/, "");
  if (name === "rename-item") seen.write(`${folder}${to}`, "create", "tree");
  else for (const path of [to, `${to}/${base}`]) seen.write(path, "create", "tree");
}

/** What a function of the library does that a type has. */
export function libraryFunction(
  { type, name }: { readonly type: string; readonly name: string },
  args: readonly (string | undefined)[],
  seen: Observations,
): void {
  const [first, second] = args;
  if (
    /^(?:math|datetime|convert|string|int|guid|char|io\.path|timespan|version|double|array)$/.test(
      type,
    )
  )
    return;
  if (
    type === "environment" &&
    /^(?:newline|machinename|osversion|version|currentdirectory)$/.test(name)
  )
    return;
  if (type === "environment" && name === "getenvironmentvariables") {
    seen.read("/proc/self/environ");
    return;
  }
  if (!/^io\.(?:file|directory)$/.test(type) || first === undefined) {
    if (first !== undefined && /^diagnostics\.process$/.test(type))
      seen.run(args.flatMap((word) => word ?? []));
    seen.cannotTell();
    return;
  }
  if (/^(?:readall|readlines|open)/.test(name)) seen.read(first);
  else if (/^(?:writeall|create|append)/.test(name)) seen.write(first, "create");
  else if (name === "delete") seen.remove(first, type === "io.directory" ? "tree" : "entry");
  else if (/^(?:copy|move)$/.test(name)) copied(`${name}-item`, { from: first, to: second }, seen);
  else if (!/^(?:exists|getlastwritetime|getfiles|enumeratefiles|getdirectories)$/.test(name))
    seen.cannotTell();
}
