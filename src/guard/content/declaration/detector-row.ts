// A row of `data/detectors`, and the detector that it is: data says what a value looks like, code what its form cannot tell.
import { lazily } from "#base/lazily.ts";
import { type IssuedToken, issuedToken, type TokenDetector } from "../detection/issued-token.ts";
import { type LabelledDetector, labelledValue } from "../detection/labelled-value.ts";
import { labelsOf, type Nearness } from "../detection/labels.ts";
import { type NamedToken, namedToken } from "../detection/named-token.ts";
import type { Family, Tier } from "../detection/finding.ts";
import { TOKEN_CHECKS, type TokenCheckName } from "./token-checks.ts";
import { VALUE_CHECKS, type ValueCheckName } from "./value-checks.ts";
import { WRITTEN_FORMS, type WrittenFormName } from "./written-forms.ts";

/** A token that says itself whose it is. */
export type IssuedRow = Omit<IssuedToken, "check"> & {
  readonly kind: "issued";
  readonly check?: TokenCheckName;
};
/** A value of an issuer that its key names. */
export type NamedRow = NamedToken & { readonly kind: "named" };

/** Where a value stands and what it looks like: a form, so many digits in groups, or what code knows how it is written. */
type Value = {
  readonly id: string;
  readonly title: string;
  /** Phrases that say what the value is. */
  readonly labels: readonly string[];
  /** In place of the labels' own, where one is too short or too frequent in other words. */
  readonly keywords?: readonly string[];
  /** Short words that are keywords only where they stand as a label does. */
  readonly alone?: readonly string[];
  readonly form?: string;
  readonly flags?: string;
  readonly digits?: number;
  readonly written?: WrittenFormName;
  readonly rank?: number;
};
/** A value behind a label; what the other fields mean is said of `LabelledValue`. `context` disregards case. */
export type LabelledRow = Value & {
  readonly kind: "labelled";
  readonly family: Family;
  readonly tier: Tier;
  readonly check?: ValueCheckName;
  readonly nearness?: Nearness;
  readonly context?: string;
  readonly isNamedBehind?: boolean;
  readonly mayBeGlued?: boolean;
  readonly isListed?: boolean;
};
/** A number that a country gives to people: of tier `medium`, anywhere behind its label, where its digits add up. */
export type NationalIdRow = Value & {
  readonly kind: "national-id";
  /** `personal` unless told. */
  readonly family?: Family;
  readonly check: ValueCheckName;
};
export type DetectorRow = IssuedRow | NamedRow | LabelledRow | NationalIdRow;
export type RowDetector = TokenDetector | LabelledDetector;

/** The detectors of the rows of one file, in its order. */
export function detectorsOf(rows: readonly DetectorRow[]): readonly RowDetector[] {
  return rows.map(detectorOf);
}

function detectorOf(row: DetectorRow): RowDetector {
  switch (row.kind) {
    case "issued": {
      const { check, ...token } = row;
      return issuedToken(check === undefined ? token : { ...token, check: TOKEN_CHECKS[check] });
    }
    case "named":
      return namedToken(row);
    case "labelled":
      return labelled(row);
    case "national-id":
      return labelled({
        family: "personal",
        tier: "medium",
        nearness: "loose",
        ...row,
        kind: "labelled",
      });
    default:
      return row satisfies never;
  }
}

function labelled(row: LabelledRow): LabelledDetector {
  const { labels, keywords, alone = [], check, context, ...rest } = row;
  // WHY: getters. A file has many patterns, and a text wants few of them.
  const value = lazily(() => patternOf(row));
  const around = lazily(() => (context === undefined ? undefined : new RegExp(context, "i")));
  return labelledValue({
    ...rest,
    ...(check === undefined ? {} : { accept: VALUE_CHECKS[check] }),
    labels: labelsOf(labels, keywordsOf(keywords, alone)),
    get value() {
      return value();
    },
    get context() {
      return around();
    },
  });
}

function patternOf({ form, flags = "", digits = 1, written }: Value): RegExp {
  if (written !== undefined) return WRITTEN_FORMS[written]();
  // Digits in groups, as people write long numbers.
  return new RegExp(form ?? `[0-9](?:[-./ ]?[0-9]){${digits - 1}}`, `g${flags}`);
}

function keywordsOf(
  keywords: readonly string[] | undefined,
  alone: readonly string[],
): readonly string[] | undefined {
  if (keywords === undefined && alone.length === 0) return undefined;
  return [...(keywords ?? []), ...alone.flatMap((word) => LABEL_ENDS.map((sign) => word + sign))];
}

/** What a short word ends in where it is a label, for the words that it is a part of are everywhere. */
const LABEL_ENDS = [
  ...[": ", ":", "=", " =", '"', "'", ",", ";", "|", " |", "\t", ">", "#"],
  ...[" number", "_number", "number", " no", "_no", " is", "_id", " id"],
];
