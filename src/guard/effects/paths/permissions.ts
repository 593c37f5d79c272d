// Permission modes as words: whether one makes a program run with the rights of its owner, or lets everybody write.
import { type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence, EffectBody } from "../model/command-model.ts";

/** What a mode gives that lets everybody write. */
export const WORLD_WRITABLE = "world-writable";

/** Consequences of a mode that gives rights to others: to run as the owner (`u+s`, `4755`), to write (`o+w`, `777`). */
export function lendsRights(mode: Text | undefined): readonly Consequence[] {
  const value = (mode === undefined ? undefined : textOf(mode)) ?? "";
  // The graver of the two says it.
  if (lendsOwner(value)) return [gained("setuid")];
  return opensToAll(value) ? [gained(WORLD_WRITABLE)] : [];
}

/** Somebody who is named gets a right to write that the mode of the file does not show. */
export function lendsNamed(): Consequence {
  return gained("access-list");
}

/** What the words of `umask` give: without the bit that keeps others from writing, all that is made from then on is for everybody. */
export function lentByMask(words: readonly Text[]): readonly EffectBody[] {
  const mask = words
    .map((word) => textOf(word))
    .findLast((word) => word?.startsWith("-") === false);
  const isOpen = /^[0-7]+$/.test(mask ?? "") ? /[0145]$/.test(mask ?? "") : opensToAll(mask ?? "");
  return isOpen ? [privilege(WORLD_WRITABLE)] : [];
}

function lendsOwner(value: string): boolean {
  return (
    /^[-+=]?0*[4-7]\d{3}$/.test(value) ||
    /(?:^|,)(?:[oa]*u[ugoa]*|a[ugoa]*)?[-+=rwxXt]*[+=][rwxXt]*s/.test(value)
  );
}

/** WHY not with the sticky bit: then nobody can take away what another wrote. Nor without a class: the mask takes it out. */
function opensToAll(value: string): boolean {
  if (/^[-+=]?[0-7]+$/.test(value))
    return !value.startsWith("-") && /[2367]$/.test(value) && !/^[+=]?0*[1357]\d{3}$/.test(value);
  return value.split(",").some((clause) => {
    const [, classes = "", changes = ""] = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause) ?? [];
    return /[oa]/.test(classes) && /[+=][rxXs]*[wu]/.test(changes) && !changes.includes("t");
  });
}

function gained(means: string): Consequence {
  return { kind: "effect", effect: privilege(means) };
}

function privilege(means: string): EffectBody {
  return { kind: "privilege", means, user: undefined };
}
