#!/usr/bin/env bash
# echarts 6.1.0: the SVG text that is rendered without a browser puts the font family of textStyle into style="…" as it
# stands. A family in double quotes, as CSS writes names with a blank ("Segoe UI"), ends the attribute: the SVG is no XML,
# and in HTML the fonts behind it are lost. In single quotes the same list is fine.
# Seen: "double quotes: not well-formed, single quotes: well-formed".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund echarts@6.1.0 fast-xml-parser@5.3.0 > /dev/null
cat > run.mjs <<'JS'
import * as echarts from 'echarts';
import { XMLValidator } from 'fast-xml-parser';

function draw(fontFamily) {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 300, height: 150 });
  chart.setOption({ animation: false, textStyle: { fontFamily }, xAxis: { type: 'category', data: ['Mar', 'Apr'] }, yAxis: {}, series: [{ type: 'bar', data: [1, 2] }] });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return XMLValidator.validate(svg) === true ? 'well-formed' : 'not well-formed';
}
console.log(`double quotes: ${draw('system-ui, "Segoe UI", sans-serif')}, single quotes: ${draw("system-ui, 'Segoe UI', sans-serif")}`);
JS
seen=$(node run.mjs)
echo "$seen"
[[ $seen == 'double quotes: not well-formed, single quotes: well-formed' ]]
