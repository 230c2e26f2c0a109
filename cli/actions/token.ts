import { isUserId } from "../../core/channel.ts";
import { jwtIssuer } from "../../transports/session/jwt.ts";
import { parseNumber } from "../flags/choices.ts";
import { usage } from "../process/failure.ts";
import { secretFromEnvironment } from "../process/secret.ts";

const MINUTE_MS = 60_000;
const YEAR_MINUTES = 527_040;

/** Prints a token of the user, signed with the key that the server has too. */
export async function token(user: string, minutes: string | undefined): Promise<void> {
  if (!isUserId(user)) throw usage(`a user is letters, digits, _, . and -, not "${user}"`);
  const secret = secretFromEnvironment();
  if (secret === undefined)
    throw usage(
      "set NOTIF_LAB_SECRET to the key that the server was started with; see `notif-lab serve --help`",
    );
  const valid =
    minutes === undefined
      ? 60
      : parseNumber("--minutes", minutes, { min: 1, max: YEAR_MINUTES, integer: true });
  process.stdout.write(`${jwtIssuer(secret)(user, valid * MINUTE_MS)}\n`);
}
