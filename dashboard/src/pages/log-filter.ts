// A filter of the log as terms that a page sets one by one: what was typed beside them stays as it is.

/** Events of our own that nobody but us caused: views of these pages, probes, bookkeeping. Alerts, approvals and exceptions are people's. */
const OWN_KINDS = [
  ...["dashboard", "daemon", "hold", "isolation", "witness", "log-key", "archive", "pruned"],
  ...["delivery", "retention", "clock", "late", "telemetry", "raw", "import", "recovery", "fleet"],
];
const WITHOUT_OWN = `canary:false -kind:${OWN_KINDS.join(",")}`;

/** Terms at the top of a filter; undefined where it has alternatives or parentheses, whose terms are not ours to set. */
function topTerms(filter: string): readonly string[] | undefined {
  const terms = filter.match(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g) ?? [];
  return terms.some((term) => term === "OR" || /^[-(]*\(|\)$/.test(term)) ? undefined : terms;
}

const valueOf = (term: string, name: string): string | undefined => {
  if (!term.startsWith(`${name}:`)) return undefined;
  const text = term.slice(name.length + 1);
  return text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, "$1") : text;
};

/** What a filter says of a field; empty where it says nothing, or more than one thing. */
export function termOf(filter: string, name: string): string {
  const found = (topTerms(filter) ?? []).flatMap((term) => valueOf(term, name) ?? []);
  return found.length === 1 ? (found[0] ?? "") : "";
}

/** The filter with one value of a field, or with none where that is empty. */
export function withTerm(filter: string, name: string, value: string): string {
  const terms = topTerms(filter);
  const word = /^[\w./@:-]+$/.test(value) ? value : JSON.stringify(value);
  const added = value === "" ? [] : [`${name}:${word}`];
  if (terms === undefined) return [`(${filter})`, ...added].join(" ");
  return [...terms.filter((term) => valueOf(term, name) === undefined), ...added].join(" ");
}

/** The filter with a term that has to be met too. */
function and(filter: string, term: string): string {
  if (filter === "") return term;
  return topTerms(filter) === undefined ? `(${filter}) ${term}` : `${filter} ${term}`;
}

/** The filter of events of some sessions alone. Names that are no words of ours are left out. */
export function ofSessions(filter: string, ids: readonly string[]): string {
  const words = ids.filter((id) => /^[\w:-]+$/.test(id));
  return and(filter, `session:${words.length === 0 ? "none" : words.join(",")}`);
}

/** The filter without our own events, unless it speaks of kinds or of probes by itself. */
export function withoutOwn(filter: string): string {
  if (/(?:^|[\s(-])(?:kind|canary|id|index)[:<>=]/.test(filter)) return filter;
  return and(filter, WITHOUT_OWN);
}
