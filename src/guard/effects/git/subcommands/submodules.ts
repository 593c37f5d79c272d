// What git does with submodules: repositories in the repository, each with a remote that a file of the project names.
import { hole, literal, textOf } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { prints } from "../../model/consequences.ts";
import { madeOf } from "../../model/filter.ts";
import {
  changesTree,
  type GitCall,
  history,
  keepsBooks,
  notModelled,
  type Subcommand,
  tracks,
} from "../call.ts";
import { optionsOf } from "../options.ts";
import { ASKS, contactsRemote } from "./remote-contact.ts";

/** `git submodule`, by its verbs. */
export const submodule: Subcommand = {
  options: optionsOf(
    `--cached --files --summary-limit= -n= --init --remote -N|--no-fetch -f|--force --checkout --merge --rebase
    --recommend-shallow --depth= -b|--branch= --reference= --dissociate --recursive --single-branch -j|--jobs=
    --filter= --name= --all --default -d`,
  ),
  effects: (call) => {
    const contact: Consequence = {
      kind: "contacts",
      url: [hole("missing-fact")],
      scheme: "ssh",
      carries: ASKS,
    };
    switch (textOf(call.operands[0] ?? literal("status"))) {
      case "status":
      case "summary":
        return [prints(madeOf([]))];
      case "init":
      case "sync":
      case "absorbgitdirs":
        return [keepsBooks(call)];
      case "update":
        return [
          ...(call.has("-f") ? [history("discard")] : []),
          ...(call.has("-N") ? [] : [contact]),
          changesTree(call),
          keepsBooks(call),
        ];
      case "add":
        return [
          ...contactsRemote(call, call.operands[1] ?? []),
          ...call.operands.slice(2, 3).map((path) => tracks(call, path)),
          changesTree(call),
          keepsBooks(call),
        ];
      case "deinit":
        return [
          ...(call.has("-f") ? [history("discard")] : []),
          changesTree(call),
          keepsBooks(call),
        ];
      default:
        return [notModelled(call, "with a verb that sallyport does not know")];
    }
  },
};

/** Contact with the remotes of modules that the repository names itself. */
export function contactsModules(call: GitCall): readonly Consequence[] {
  const values = call.values("--recurse-submodules").map((value) => textOf(value) ?? "");
  if (!call.has("--recurse-submodules") || values.some((value) => /^(?:no|false|0)$/.test(value)))
    return [];
  return [{ kind: "contacts", url: [hole("missing-fact")], scheme: "ssh", carries: ASKS }];
}
