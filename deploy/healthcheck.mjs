/** HEALTHCHECK of the image: asks /healthz where HTTP_ADDRESS says. Exit code 0: alive, or nothing listens on purpose. */
import { request } from 'node:http';

const address = process.env.HTTP_ADDRESS?.trim() || '127.0.0.1:8080';
const waitMs = 4_000;

if (address !== 'off') {
  const asked = request(`http://${address}/healthz`, { timeout: waitMs }, (answer) => {
    answer.resume();
    process.exitCode = answer.statusCode === 200 ? 0 : 1;
  });
  asked.on('timeout', () => asked.destroy(new Error('no answer')));
  asked.on('error', ({ message }) => {
    process.stderr.write(`${address}: ${message}\n`);
    process.exitCode = 1;
  });
  asked.end();
}
