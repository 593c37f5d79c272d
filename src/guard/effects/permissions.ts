// Permission modes as words: whether one makes a program run with the rights of its owner.
import { type Text, textOf } from "../shell/text.ts";
import type { Consequence } from "./command-model.ts";

/** Consequence of a mode that lends the owner's rights to whoever runs the file: `u+s`, `4755`. */
export function lendsRights(mode: Text | undefined): readonly Consequence[] {
  const value = mode === undefined ? "" : textOf(mode);
  const lends =
    value !== undefined &&
    (/^[-+=]?0*[4-7]\d{3}$/.test(value) ||
      /(?:^|,)(?:[oa]*u[ugoa]*|a[ugoa]*)?[-+=rwxXt]*[+=][rwxXt]*s/.test(value));
  return lends
    ? [{ kind: "effect", effect: { kind: "privilege", means: "setuid", user: undefined } }]
    : [];
}
