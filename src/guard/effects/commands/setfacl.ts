// setfacl, chattr and others that change who may do what with files; the content stays.
import { type CommandModel, command, reads, writes } from "../model/command-model.ts";
import { lendsNamed, lendsRights } from "../paths/permissions.ts";
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { isFile } from "../model/filter.ts";

/** Options of each that have a value in the next word. */
const TAKING: Readonly<Record<string, RegExp>> = {
  setfacl:
    /^(-[a-zA-Z]*[mxMX]|--modify|--remove|--modify-file|--remove-file|--restore|--set|--set-file)$/,
  chattr: /^-[vp]$/,
  setfattr: /^-[nvx]$|^--(name|value|remove|restore)$/,
  chcon: /^-[urtl]$/,
  restorecon: /^-[ef]$/,
  xattr: /^-$/,
};
/** Options whose value is a file that is read. */
const FROM_FILE = /^(-[a-zA-Z]*[MX]|--(modify-file|remove-file|set-file|restore))$/;

/** An entry by which one user or group beside the owner may write. */
const NAMED = /(?:^|[\s,=])(?:d(?:efault)?:)?(?:u(?:ser)?|g(?:roup)?):[^:\s,]+:(?:[rxX-]*w|[2367])/;

export const setfacl: CommandModel = command({
  names: Object.keys(TAKING),
  optionsEnd: "own",
  options: {},
  effects: ({ name, args }) => {
    const words = args.map((word) => textOf(word));
    if (words.every((word) => /^(--version|--help|-h|-V)$/.test(word ?? "?"))) return [];
    const tree = words.some((word) =>
      /^(-[a-zA-Z]*R[a-zA-Z]*|--recursive|-[a-zA-Z]*r)$/.test(word ?? ""),
    );
    const found = words.flatMap((word, at) =>
      FROM_FILE.test(word ?? "") ? args.slice(at + 1, at + 2).filter(isFile) : [],
    );
    const paths: Text[] = [];
    for (let at = 0; at < args.length; at += 1) {
      const word = words[at];
      if (word !== undefined && /^[-+=]/.test(word)) {
        if (TAKING[name]?.test(word) === true) at += 1;
      } else paths.push(args[at] ?? []);
    }
    const opens =
      name === "setfacl" &&
      words.some((word) => /(?:^|[\s,=])o(?:ther)?::?[rxX-]*w/.test(word ?? ""));
    // WHY: elsewhere, that something is changed there at all says more than what.
    const isHere =
      name === "setfacl" && paths.some((path) => !/^(?:\/|~|\.\.)/.test(knownPrefix(path)));
    return [
      ...(opens ? lendsRights(literal("o+w")) : []),
      ...(!opens && isHere && words.some((word) => NAMED.test(word ?? "")) ? [lendsNamed()] : []),
      ...found.map((path) => reads(path)),
      ...paths.map((path) =>
        writes(path, "change", { keepsContent: true, reach: tree ? "tree" : "entry" }),
      ),
    ];
  },
});
