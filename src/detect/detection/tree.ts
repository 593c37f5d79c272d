// The test of one event as a tree: what a detection compiles to runs here, the tree is what can be said in another language.
import type { SourcePlace } from "#base/failure.ts";
import type { Scalar } from "./fields.ts";
import type { NamedList } from "./lists.ts";

/** What one value of a field is held against. Texts are lower case, and are compared without case. */
export type ValueTest =
  | { readonly kind: "equal"; readonly values: readonly Scalar[] }
  | {
      readonly kind: "contains" | "startswith" | "endswith";
      readonly texts: readonly string[];
    }
  | { readonly kind: "gt" | "gte" | "lt" | "lte"; readonly bound: number }
  | { readonly kind: "listed"; readonly lists: readonly NamedList[] }
  | { readonly kind: "any" };

/** `some`: at least one value of the field passes the test, or with `isNegated` at least one does not. */
export type TestTree =
  | {
      readonly kind: "some";
      readonly field: string;
      readonly test: ValueTest;
      readonly isNegated: boolean;
      readonly at: SourcePlace;
    }
  | { readonly kind: "and" | "or"; readonly parts: readonly TestTree[] }
  | { readonly kind: "not"; readonly inner: TestTree };
