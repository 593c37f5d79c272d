// setfacl, chattr and others that change who may do what with files; the content stays.
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
} from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { lendsNamed, lendsRights } from "../paths/permissions.ts";
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";

/** An entry by which one user or group beside the owner may write. */
const NAMED = /(?:^|[\s,=])(?:d(?:efault)?:)?(?:u(?:ser)?|g(?:roup)?):[^:\s,]+:(?:[rxX-]*w|[2367])/;
/** An entry by which everybody may write. */
const OPENS = /(?:^|[\s,=])o(?:ther)?::?[rxX-]*w/;

export const setfacl: CommandModel = command({
  names: ["setfacl"],
  options: {
    entries: taking("-m --modify --set"),
    gone: taking("-x --remove"),
    file: role("input", taking("-M --modify-file -X --remove-file --set-file --restore")),
    tree: flags("-R --recursive"),
    style: flags(
      "-b --remove-all -k --remove-default --mask -n --no-mask -d --default -L --logical -P --physical --test",
    ),
    about: flags("vh", "--version --help"),
  },
  effects: (invocation) => {
    const { operands, values, has } = invocation;
    if (has("about") && operands.length === 0) return [];
    const entries = values("entries").map((entry) => textOf(entry) ?? "");
    const opens = entries.some((entry) => OPENS.test(entry));
    // WHY: elsewhere, that something is changed there at all says more than what.
    const isHere = operands.some((path) => !/^(?:\/|~|\.\.)/.test(knownPrefix(path)));
    const isNamed = entries.some((entry) => NAMED.test(entry));
    return [
      ...(opens ? lendsRights(literal("o+w")) : []),
      ...(!opens && isHere && isNamed ? [lendsNamed()] : []),
      ...changed(operands, invocation),
    ];
  },
});

export const chattr: CommandModel = command({
  names: ["chattr"],
  options: {
    choice: taking("pv"),
    tree: flags("R"),
    style: flags("VfaAcCdDeFijmPsStTux"),
    about: flags("h", "--help --version"),
  },
  effects: (invocation) => {
    const { operands, has } = invocation;
    if (has("about") && operands.length === 0) return [];
    const paths = operands.filter((word) => !/^[+=][a-zA-Z]*$/.test(textOf(word) ?? ""));
    return changed(paths, invocation);
  },
});

export const setfattr: CommandModel = command({
  names: ["setfattr"],
  options: {
    choice: taking("-n --name -v --value -x --remove"),
    file: role("input", taking("--restore")),
    style: flags("-h --no-dereference --raw"),
    about: flags("--help --version"),
  },
  effects: (invocation) => changed(invocation.operands, invocation),
});

export const chcon: CommandModel = command({
  names: ["chcon"],
  options: {
    choice: taking("-u --user -r --role -t --type -l --range --reference"),
    tree: flags("-R --recursive"),
    style: flags(
      "HLP",
      "-h --no-dereference --dereference -v --verbose --preserve-root --no-preserve-root",
    ),
    about: flags("--help --version"),
  },
  effects: (invocation) => changed(invocation.operands, invocation),
});

export const restorecon: CommandModel = command({
  names: ["restorecon"],
  options: {
    choice: taking("eT"),
    file: role("input", taking("f")),
    tree: flags("rR"),
    style: flags("ixFhnpvmWD0IC"),
    about: flags("--help --version"),
  },
  effects: (invocation) => changed(invocation.operands, invocation),
});

/** Of macOS, and a program in Python: what is done is a flag, and names and values stand among the operands. */
export const xattr: CommandModel = command({
  names: ["xattr"],
  options: {
    verb: flags("pwdcl"),
    tree: flags("r"),
    style: flags("svxz"),
    about: maybeTaking("h", "--help --version"),
  },
  effects: (invocation) =>
    invocation.has("about") && invocation.operands.length === 0
      ? []
      : changed(invocation.operands, invocation),
});

function changed(paths: readonly Text[], { has }: Pick<Invocation, "has">): readonly Consequence[] {
  const reach = has("tree") ? "tree" : "entry";
  return paths.map((path) => writes(path, "change", { keepsContent: true, reach }));
}
