// The languages whose hooks are read, each by its table.
import type { ProgramForms } from "./languages/forms.ts";
import { go } from "./languages/go.ts";
import { javascript } from "./languages/javascript.ts";
import { perl } from "./languages/perl.ts";
import { php } from "./languages/php.ts";
import { powershell } from "./languages/powershell.ts";
import { python } from "./languages/python.ts";
import { ruby } from "./languages/ruby.ts";

export const programLanguages = { go, javascript, perl, php, powershell, python, ruby } as const;

export type ProgramLanguage = keyof typeof programLanguages;

/** What is told of a language. */
export function formsOf(language: ProgramLanguage): ProgramForms {
  return programLanguages[language];
}
