// Writes the licences of what is bundled into the file that is named: they travel with the code.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const parts = Object.keys(manifest.dependencies).flatMap(name => {
  const folder = `node_modules/${name}`;
  const { version, license, repository } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const source = typeof repository === 'string' ? repository : repository.url;
  const own = [`${folder}/LICENSE`, `${folder}/LICENSE.txt`].find(existsSync);
  if (!own) {
    throw new Error(`${name} carries no licence text`);
  }

  // What a package has taken from others keeps its own.
  const vendors = existsSync(`${folder}/vendor`) ? readdirSync(`${folder}/vendor`).map(vendor => `${folder}/vendor/${vendor}/LICENSE`).filter(existsSync) : [];
  return [`${name} ${version} (${license}), unchanged; source: ${source}`, ...[own, ...vendors].map(file => readFileSync(file, 'utf8').trim())];
});
writeFileSync(process.argv[2], parts.join('\n\n') + '\n');
