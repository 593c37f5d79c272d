// Programs that write one place of the machine or of the person's desktop, whatever they are asked to do: ldconfig, gsettings, mandb.
import { append, dropKnown, knownPrefix, literal, type Text } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { runsFrom } from "../projects/project-scripts.ts";
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";

const NEVER = /^(?!)/;
/** By program, the calls that only look. */
const LOOKS: Readonly<Record<string, RegExp>> = {
  "desktop-file-install": NEVER,
  dex: /^(?:-[dv]\b|--(?:dry-run|version))/,
  dconf: /^(?:read|list|dump|watch|help)(?: |$)/,
  "fc-cache": NEVER,
  gsettings:
    /^(?:get|list-[a-z]+|describe|range|writable|monitor|help)(?: |$)|^--schemadir \S+ get /,
  "gtk-update-icon-cache": NEVER,
  ldconfig: /^(?:-p|--print-cache|-N -X|-X -N)$/,
  "locale-gen": NEVER,
  mandb: NEVER,
  "update-ca-certificates": NEVER,
  "update-desktop-database": NEVER,
  "update-mime-database": NEVER,
  "xdg-desktop-icon": NEVER,
  "xdg-desktop-menu": NEVER,
  "xdg-mime": /^query /,
  "xdg-settings": /^(?:get|check|--list)(?: |$)/,
};
/** Where each writes; from the home directory where it begins with `~`. */
const PLACES: Readonly<Record<string, string>> = {
  dconf: "~/.config/dconf",
  "fc-cache": "/var/cache/fontconfig",
  gsettings: "~/.config/dconf",
  ldconfig: "/etc/ld.so.cache",
  "locale-gen": "/usr/lib/locale",
  mandb: "/var/cache/man",
  "update-ca-certificates": "/etc/ssl/certs",
  "desktop-file-install": "/usr/share/applications",
  "xdg-desktop-icon": "~/Desktop",
  "xdg-desktop-menu": "~/.local/share/applications",
  "xdg-mime": "~/.config/mimeapps.list",
  "xdg-settings": "~/.config/mimeapps.list",
};
/** Scripts that run what lies in folders of the system. */
const SCRIPTS: ReadonlySet<string> = new Set([
  ...["locale-gen", "update-ca-certificates", "xdg-mime", "xdg-settings"],
]);

/** The folder that an option names for what is put down. */
function folderIn(args: readonly Text[]): Text | undefined {
  const at = args.findIndex((word) => /^(?:--dir|--target-?dir|-t)(?:=|$)/.test(knownPrefix(word)));
  const word = args[at];
  if (word === undefined) return undefined;
  const glued = knownPrefix(word).indexOf("=");
  return glued < 0 ? args[at + 1] : dropKnown(word, glued + 1);
}

export const machineSettings: CommandModel = classifiedBySubcommand({
  readOnly: LOOKS,
  otherwise: ({ name, args }, { home }) => {
    const place = PLACES[name];
    const named = folderIn(args);
    if (named !== undefined) return [writes(named, "create", { reach: "tree" })];
    // Without a place of its own, the last word names the folder.
    const path =
      place === undefined
        ? (args.at(-1) ?? literal("/usr/share"))
        : place.startsWith("~")
          ? append(literal(home), literal(place.slice(1)))
          : literal(place);
    return [
      writes(path, "change", { reach: "tree" }),
      ...(SCRIPTS.has(name) ? [runsFrom(name, "system")] : []),
    ];
  },
});
