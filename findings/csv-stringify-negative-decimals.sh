#!/usr/bin/env bash
# csv-stringify 6.9.0: escape_formulas, meant for texts that a spreadsheet would take for formulas, also puts an apostrophe before a
# decimal that is a text and below zero, as drivers hand out DECIMAL columns; one above zero, and a JavaScript number, stay. So of a
# column of amounts the refunds become texts, which the sum of a spreadsheet leaves out, and payments do not. What cast returns for
# a column can switch it off there.
# Seen: "texts: 12.50 '-12.50 +: '+12.50, numbers: 12.5 -12.5, switched off: 12.50 -12.50".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund csv-stringify@6.9.0 > /dev/null
cat > run.mjs <<'JS'
import { stringify } from 'csv-stringify/sync';

const written = (amounts, options = {}) => stringify(amounts.map((amount) => [amount]), { escape_formulas: true, ...options }).trim().split('\n').join(' ');
const off = { cast: { string: (value) => ({ value, escape_formulas: false }) } };
console.log(
  `texts: ${written(['12.50', '-12.50'])} +: ${written(['+12.50'])}, numbers: ${written([12.5, -12.5])}, switched off: ${written(['12.50', '-12.50'], off)}`,
);
JS
seen=$(node run.mjs)
echo "$seen"
[[ $seen == "texts: 12.50 '-12.50 +: '+12.50, numbers: 12.5 -12.5, switched off: 12.50 -12.50" ]]
