// Forms that code puts together, by the names that rows give: what is written in too many ways for one expression.
import { NAME } from "../detection/name-words.ts";
import { DATE } from "../detection/written-dates.ts";

/** By the name that a row gives; each is made when it is first wanted. */
export const WRITTEN_FORMS = {
  day: () => DATE,
  name: () => new RegExp(NAME, "g"),
} satisfies Readonly<Record<string, () => RegExp>>;
export type WrittenFormName = keyof typeof WRITTEN_FORMS;
