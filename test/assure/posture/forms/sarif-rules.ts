// Rules of SARIF 2.1.0 (OASIS, chapter 3) for the objects that we write; no npm package carries the published schema.
import type { Schema } from "./json-schema.ts";

const text: Schema = { type: "string" };
const message: Schema = { type: "object", required: ["text"], properties: { text } };
const level: Schema = { enum: ["none", "note", "warning", "error"] };
const bag: Schema = {
  type: "object",
  open: true,
  properties: { tags: { type: "array", unique: true, items: text } },
};
/** A URI reference of RFC 3986: nothing in it that has to be escaped. */
const uri: Schema = {
  type: "string",
  pattern: /^(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-F]{2})+$/,
};
const count: Schema = { type: "integer", minimum: 1 };

const rule: Schema = {
  type: "object",
  required: ["id"],
  properties: {
    ...{ id: text, shortDescription: message, fullDescription: message, help: message },
    defaultConfiguration: { type: "object", properties: { level } },
    properties: bag,
  },
};
const result: Schema = {
  type: "object",
  required: ["message"],
  properties: {
    ...{ ruleId: text, ruleIndex: { type: "integer", minimum: -1 }, level, message },
    locations: {
      type: "array",
      items: {
        type: "object",
        properties: {
          physicalLocation: {
            type: "object",
            required: ["artifactLocation"],
            properties: {
              artifactLocation: { type: "object", properties: { uri } },
              region: {
                type: "object",
                properties: {
                  ...{ startLine: count, startColumn: count, endLine: count, endColumn: count },
                  snippet: { type: "object", properties: { text } },
                },
              },
            },
          },
        },
      },
    },
    partialFingerprints: { type: "object", open: true },
    suppressions: {
      type: "array",
      items: {
        type: "object",
        required: ["kind"],
        properties: {
          kind: { enum: ["inSource", "external"] },
          status: { enum: ["accepted", "underReview", "rejected"] },
          justification: text,
        },
      },
    },
    properties: bag,
  },
};

/** A whole file. */
export const SARIF_RULES: Schema = {
  type: "object",
  required: ["version", "runs"],
  properties: {
    $schema: { type: "string", pattern: /^https:\/\/[^ ]+sarif-schema-2\.1\.0\.json$/ },
    version: { enum: ["2.1.0"] },
    runs: {
      type: "array",
      items: {
        type: "object",
        required: ["tool"],
        properties: {
          tool: {
            type: "object",
            required: ["driver"],
            properties: {
              driver: {
                type: "object",
                required: ["name"],
                properties: {
                  ...{ name: text, semanticVersion: text },
                  rules: { type: "array", unique: true, items: rule },
                },
              },
            },
          },
          columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
          invocations: {
            type: "array",
            items: {
              type: "object",
              required: ["executionSuccessful"],
              properties: {
                executionSuccessful: { type: "boolean" },
                endTimeUtc: {
                  type: "string",
                  pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/,
                },
                toolExecutionNotifications: {
                  type: "array",
                  items: { type: "object", required: ["message"], properties: { level, message } },
                },
              },
            },
          },
          results: { type: "array", items: result },
          properties: bag,
        },
      },
    },
  },
};
