// Every detector, by the order of its file's name. A file has one detector or a list of them; those of `rows` are made of data.
import { lazily } from "#base/lazily.ts";
import type { Detector } from "../detection/detector.ts";
import { keywordTable } from "../detection/keyword-table.ts";
import { assignedSecret } from "./assigned-secret.ts";
import { authorizationHeader } from "./authorization-header.ts";
import { awsAccessKeyId } from "./aws-access-key-id.ts";
import { callArgument } from "./call-argument.ts";
import { commandOption } from "./command-option.ts";
import { commandPassword } from "./command-password.ts";
import { configFiles } from "./config-files.ts";
import { ai } from "../rows/credentials/ai.ts";
import { amazonAndGoogle } from "../rows/credentials/amazon-and-google.ts";
import { businessServices } from "../rows/credentials/business-services.ts";
import { clouds } from "../rows/credentials/clouds.ts";
import { codeHosting } from "../rows/credentials/code-hosting.ts";
import { continuousIntegration } from "../rows/credentials/continuous-integration.ts";
import { databases } from "../rows/credentials/databases.ts";
import { developerServices } from "../rows/credentials/developer-services.ts";
import { identity } from "../rows/credentials/identity.ts";
import { keys } from "../rows/credentials/keys.ts";
import { messaging } from "../rows/credentials/messaging.ts";
import { microsoftAzure } from "../rows/credentials/microsoft-azure.ts";
import { observability } from "../rows/credentials/observability.ts";
import { packageRegistries } from "../rows/credentials/package-registries.ts";
import { payments } from "../rows/credentials/payments.ts";
import { secretManagers } from "../rows/credentials/secret-managers.ts";
import { socialAndMaps } from "../rows/credentials/social-and-maps.ts";
import { workAndContent } from "../rows/credentials/work-and-content.ts";
import { declaredSecret } from "./declared-secret.ts";
import { defaultPassword } from "./default-password.ts";
import { besideName } from "./health/beside-name.ts";
import { clinical } from "./health/clinical.ts";
import { exchangeFields } from "./health/exchange-fields.ts";
import { hl7Fields } from "./health/hl7-fields.ts";
import { records } from "./health/records.ts";
import { usIdentifiers } from "./health/us-identifiers.ts";
import { jsonWebToken } from "./json-web-token.ts";
import { documents } from "../rows/personal/documents.ts";
import { emailAddress } from "./personal/email-address.ts";
import { iban } from "./personal/iban.ts";
import { ipAddress } from "./personal/ip-address.ts";
import { nameInContext } from "./personal/name-in-context.ts";
import { nationalIds } from "./personal/national-ids.ts";
import { paymentCard } from "./personal/payment-card.ts";
import { person } from "./personal/person.ts";
import { phoneNumber } from "./personal/phone-number.ts";
import { postalAddress } from "./personal/postal-address.ts";
import { usSsn } from "./personal/us-ssn.ts";
import { privateKey } from "./private-key.ts";
import { secretFile } from "./secret-file.ts";
import { structuredSecret } from "./structured-secret.ts";
import { tableSecret } from "./table-secret.ts";
import { urlCredentials } from "./url-credentials.ts";
import { withheldValue } from "./withheld-value.ts";

export const DETECTORS_BY_FILE: readonly (Detector | readonly Detector[])[] = [
  // One a line, in the order of the files.
  assignedSecret,
  authorizationHeader,
  awsAccessKeyId,
  callArgument,
  commandOption,
  commandPassword,
  configFiles,
  ai,
  amazonAndGoogle,
  businessServices,
  clouds,
  codeHosting,
  continuousIntegration,
  databases,
  developerServices,
  identity,
  keys,
  messaging,
  microsoftAzure,
  observability,
  packageRegistries,
  payments,
  secretManagers,
  socialAndMaps,
  workAndContent,
  declaredSecret,
  defaultPassword,
  besideName,
  clinical,
  exchangeFields,
  hl7Fields,
  records,
  usIdentifiers,
  jsonWebToken,
  documents,
  emailAddress,
  iban,
  ipAddress,
  nameInContext,
  nationalIds,
  paymentCard,
  person,
  phoneNumber,
  postalAddress,
  usSsn,
  privateKey,
  secretFile,
  structuredSecret,
  tableSecret,
  urlCredentials,
  withheldValue,
];

export const DETECTORS: readonly Detector[] = DETECTORS_BY_FILE.flat();

/** The table of their keywords. As the program is built it and the list above are data, and a rule is loaded when it is met. */
export const keywordsOfDetectors = lazily(() => keywordTable(DETECTORS));
