// Catalogues of other frameworks that a control may point to, and the form of their ids.
import { FRAMEWORKS } from "#govern/retention/periods.ts";

/** By prefix: what it is, and how an id of it is written. Only ids are given; the texts are their publishers'. */
export const ALSO: Readonly<Record<string, { readonly title: string; readonly pattern: RegExp }>> =
  {
    iso27001: { title: "ISO/IEC 27001:2022 Annex A", pattern: /^A\.[5-8]\.\d{1,2}$/ },
    "nist-800-53": {
      title: "NIST SP 800-53 Revision 5",
      pattern: /^[A-Z]{2}-\d{1,2}(?:\(\d{1,2}\))?$/,
    },
    "nist-ai-rmf": {
      title: "NIST AI Risk Management Framework 1.0",
      pattern: /^(?:GOVERN|MAP|MEASURE|MANAGE) \d\.\d{1,2}$/,
    },
    "owasp-llm": { title: "OWASP Top 10 for LLM Applications 2025", pattern: /^LLM(?:0\d|10)$/ },
    "owasp-agentic": {
      title: "OWASP Top 10 for Agentic Applications 2026",
      pattern: /^ASI(?:0\d|10)$/,
    },
    "mitre-atlas": { title: "MITRE ATLAS 5.6.0", pattern: /^AML\.T\d{4}(?:\.\d{3})?$/ },
  };

/** What evidence is collected for, by its name: frameworks, and catalogues whose places take theirs from controls. */
export const EVIDENCED: readonly string[] = [...FRAMEWORKS, ...Object.keys(ALSO)];
