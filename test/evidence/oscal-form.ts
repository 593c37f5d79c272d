// The parts of OSCAL's assessment results that are written, as strict as the published JSON schema (NIST, 1.0.6) has them.
import * as v from "valibot";

const uuid = v.pipe(
  v.string(),
  v.regex(
    /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$/,
  ),
);
const moment = v.pipe(
  v.string(),
  v.regex(/^\d{4}-(?:0[1-9]|1[0-2])-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/),
);
const line = v.pipe(v.string(), v.regex(/^\S(.*\S)?$/));
const token = v.pipe(v.string(), v.regex(/^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$/u));
const reference = v.pipe(v.string(), v.minLength(1), v.regex(/^\S+$/));
const some = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.minLength(1));

const observation = v.strictObject({
  uuid,
  title: v.string(),
  description: v.string(),
  collected: moment,
  methods: some(v.picklist(["EXAMINE", "INTERVIEW", "TEST"])),
  "relevant-evidence": some(v.strictObject({ href: reference, description: v.string() })),
});
const finding = v.strictObject({
  uuid,
  title: v.string(),
  description: v.string(),
  target: v.strictObject({
    type: v.picklist(["statement-id", "objective-id"]),
    "target-id": token,
    title: v.string(),
    remarks: v.string(),
    status: v.strictObject({
      state: v.picklist(["satisfied", "not-satisfied"]),
      reason: v.picklist(["pass", "fail", "other"]),
    }),
  }),
  "related-observations": some(v.strictObject({ "observation-uuid": uuid })),
});

/** The whole document. */
export const oscalResults = v.strictObject({
  "assessment-results": v.strictObject({
    uuid,
    metadata: v.strictObject({
      title: v.string(),
      "last-modified": moment,
      version: line,
      "oscal-version": line,
      remarks: v.string(),
    }),
    "import-ap": v.strictObject({ href: reference }),
    results: some(
      v.strictObject({
        uuid,
        title: v.string(),
        description: v.string(),
        start: moment,
        end: moment,
        "reviewed-controls": v.strictObject({
          description: v.string(),
          "control-selections": some(
            v.strictObject({ "include-controls": some(v.strictObject({ "control-id": token })) }),
          ),
        }),
        observations: some(observation),
        findings: some(finding),
      }),
    ),
    "back-matter": v.strictObject({
      resources: some(
        v.strictObject({
          uuid,
          title: v.string(),
          description: v.string(),
          rlinks: v.optional(
            some(
              v.strictObject({
                href: reference,
                hashes: some(v.strictObject({ algorithm: line, value: line })),
              }),
            ),
          ),
        }),
      ),
    }),
  }),
});
