// Copies that programs keep of what they are about to replace: `cp -b`, `mv --backup=numbered`, `ln -b`, `install -S .old`.
import { append, hole, type Text } from "../../shell/values/text.ts";
import { type Consequence, flag, optional, valued } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";

/** The options by which a program is asked to keep a copy; they stand in `options` of its model. */
export const BACKUP_OPTIONS = {
  backup: flag("-b"),
  backupKind: optional("--backup"),
  suffix: valued("-S", "--suffix"),
} as const;

/** The copy of what was at `path`, if one was asked for; its ending is the person's choice. */
export function backupOf(
  path: Text,
  has: (name: keyof typeof BACKUP_OPTIONS) => boolean,
): readonly Consequence[] {
  if (!has("backup") && !has("backupKind") && !has("suffix")) return [];
  const copy = append(path, [hole("unmodelled", { splits: false, like: "?*" })]);
  return [writes(copy, "create")];
}
