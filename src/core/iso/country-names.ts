/**
 * When the table was put together. Part of what the version of a stage is made of: another table decides every account anew.
 */
export const COUNTRIES_DATE = '2026-11-29';

/**
 * The countries of ISO 3166-1 and their names: alpha-2, alpha-3, then whatever exports, brand teams and customers write. The
 * project's own, and never asked of Intl at run time, which knows one name a language, no alpha-3, and other ones with each
 * release of Node.
 *
 * Sources: ISO 3166-1 (names as in Debian's iso-codes 4.15) and XK, which the EU uses for Kosovo; the names in English,
 * German, French, Dutch, Spanish and Italian of Unicode CLDR 48; and usual ones of exports beside them.
 */
export const COUNTRY_NAMES = `
AD AND Andorra|Principality of Andorra|Andorre
AE ARE United Arab Emirates|Vereinigte Arabische Emirate|Émirats arabes unis|Verenigde Arabische Emiraten|Emiratos Árabes Unidos|Emirati Arabi Uniti|U.A.E.|VAE|Emirates
AF AFG Afghanistan|Islamic Republic of Afghanistan|Afganistán
AG ATG Antigua & Barbuda|Antigua und Barbuda|Antigua-et-Barbuda|Antigua en Barbuda|Antigua y Barbuda|Antigua e Barbuda|Antigua
AI AIA Anguilla|Anguila
AL ALB Albania|Republic of Albania|Albanien|Albanie
AM ARM Armenia|Republic of Armenia|Armenien|Arménie
AO AGO Angola|Republic of Angola
AQ ATA Antarctica|Antarktis|Antarctique|Antártida|Antartide
AR ARG Argentina|Argentine Republic|Argentinien|Argentine|Argentinië
AS ASM American Samoa|Amerikanisch-Samoa|Samoa américaines|Amerikaans-Samoa|Samoa Americana|Samoa Americane
AT AUT Austria|Republic of Austria|Österreich|Autriche|Oostenrijk|Republik Österreich
AU AUS Australia|Australien|Australie
AW ABW Aruba
AX ALA Åland Islands|Ålandinseln|Îles Åland|Åland|Islas Aland|Isole Åland
AZ AZE Azerbaijan|Republic of Azerbaijan|Aserbaidschan|Azerbaïdjan|Azerbeidzjan|Azerbaiyán|Azerbaigian
BA BIH Bosnia & Herzegovina|Republic of Bosnia and Herzegovina|Bosnien und Herzegowina|Bosnie-Herzégovine|Bosnië en Herzegovina|Bosnia y Herzegovina|Bosnia ed Erzegovina|Bosnia|Bosnia-Herzegovina|Bosnia and Herz.|Bosnien|Bosnie
BB BRB Barbados|Barbade
BD BGD Bangladesh|People's Republic of Bangladesh|Bangladesch|Bangladés
BE BEL Belgium|Kingdom of Belgium|Belgien|Belgique|België|Bélgica|Belgio
BF BFA Burkina Faso
BG BGR Bulgaria|Republic of Bulgaria|Bulgarien|Bulgarie|Bulgarije
BH BHR Bahrain|Kingdom of Bahrain|Bahreïn|Baréin
BI BDI Burundi|Republic of Burundi
BJ BEN Benin|Republic of Benin
BL BLM St. Barthélemy|Saint Barthélemy|San Bartolomé|St. Barts
BM BMU Bermuda|Bermudes|Bermudas
BN BRN Brunei|Brunei Darussalam
BO BOL Bolivia|Bolivia, Plurinational State of|Plurinational State of Bolivia|Bolivien|Bolivie
BQ BES Caribbean Netherlands|Bonaire, Sint Eustatius and Saba|Karibische Niederlande|Pays-Bas caribéens|Caribisch Nederland|Caribe neerlandés|Caraibi Olandesi
BR BRA Brazil|Federative Republic of Brazil|Brasilien|Brésil|Brazilië|Brasil|Brasile
BS BHS Bahamas|Commonwealth of the Bahamas|Bahamas, The
BT BTN Bhutan|Kingdom of Bhutan|Bhoutan|Bután
BV BVT Bouvet Island|Bouvetinsel|Île Bouvet|Bouveteiland|Isla Bouvet|Isola Bouvet
BW BWA Botswana|Republic of Botswana|Botsuana
BY BLR Belarus|Republic of Belarus|Biélorussie|Bielorrusia|Bielorussia|Weißrussland|Wit-Rusland|Byelorussia
BZ BLZ Belize|Belice
CA CAN Canada|Kanada
CC CCK Cocos (Keeling) Islands|Kokosinseln|Îles Cocos|Cocoseilanden|Islas Cocos|Isole Cocos (Keeling)|Cocos Islands
CD COD Congo - Kinshasa|Congo, The Democratic Republic of the|Kongo-Kinshasa|República Democrática del Congo|Democratic Republic of the Congo|DR Congo|Congo (Democratic Republic)|Congo, Democratic Republic of the|Zaire
CF CAF Central African Republic|Zentralafrikanische Republik|République centrafricaine|Centraal-Afrikaanse Republiek|República Centroafricana|Repubblica Centrafricana
CG COG Congo - Brazzaville|Congo|Republic of the Congo|Kongo-Brazzaville|Congo, Republic of the
CH CHE Switzerland|Swiss Confederation|Schweiz|Suisse|Zwitserland|Suiza|Svizzera|Schweizerische Eidgenossenschaft
CI CIV Côte d’Ivoire|Republic of Côte d'Ivoire|Ivoorkust|Costa d’Avorio|Ivory Coast|Elfenbeinküste
CK COK Cook Islands|Cookinseln|Îles Cook|Cookeilanden|Islas Cook|Isole Cook
CL CHL Chile|Republic of Chile|Chili|Cile
CM CMR Cameroon|Republic of Cameroon|Kamerun|Cameroun|Kameroen|Camerún
CN CHN China|People's Republic of China|Chine|Cina|PR China|Mainland China|Volksrepublik China
CO COL Colombia|Republic of Colombia|Kolumbien|Colombie
CR CRI Costa Rica|Republic of Costa Rica
CU CUB Cuba|Republic of Cuba|Kuba
CV CPV Cape Verde|Cabo Verde|Republic of Cabo Verde|Cap-Vert|Kaapverdië|Capo Verde|Kap Verde
CW CUW Curaçao|Curazao
CX CXR Christmas Island|Weihnachtsinsel|Île Christmas|Christmaseiland|Isla de Navidad|Isola Christmas
CY CYP Cyprus|Republic of Cyprus|Zypern|Chypre|Chipre|Cipro
CZ CZE Czechia|Czech Republic|Tschechien|Tchéquie|Tsjechië|Chequia|Cechia|Tschechische Republik|République tchèque|Tsjechische Republiek|República Checa|Repubblica Ceca|Czech Rep.
DE DEU Germany|Federal Republic of Germany|Deutschland|Allemagne|Duitsland|Alemania|Germania|Bundesrepublik Deutschland|BRD
DJ DJI Djibouti|Republic of Djibouti|Dschibuti|Yibuti|Gibuti
DK DNK Denmark|Kingdom of Denmark|Dänemark|Denemarken|Dinamarca|Danimarca
DM DMA Dominica|Commonwealth of Dominica|Dominique
DO DOM Dominican Republic|Dominikanische Republik|République dominicaine|Dominicaanse Republiek|República Dominicana|Repubblica Dominicana
DZ DZA Algeria|People's Democratic Republic of Algeria|Algerien|Algérie|Algerije|Argelia
EC ECU Ecuador|Republic of Ecuador|Équateur
EE EST Estonia|Republic of Estonia|Estland|Estonie
EG EGY Egypt|Arab Republic of Egypt|Ägypten|Égypte|Egipto|Egitto
EH ESH Western Sahara|Westsahara|Sahara occidental|Westelijke Sahara|Sahara Occidentale
ER ERI Eritrea|the State of Eritrea|Érythrée
ES ESP Spain|Kingdom of Spain|Spanien|Espagne|Spanje|España|Spagna|Canary Islands|Kanarische Inseln|Îles Canaries|Canarische Eilanden|Islas Canarias|Isole Canarie|Ceuta & Melilla|Ceuta y Melilla|Ceuta e Melilla
ET ETH Ethiopia|Federal Democratic Republic of Ethiopia|Äthiopien|Éthiopie|Etiopía
FI FIN Finland|Republic of Finland|Finnland|Finlande|Finlandia
FJ FJI Fiji|Republic of Fiji|Fidschi|Fidji|Fiyi|Figi
FK FLK Falkland Islands|Falkland Islands (Malvinas)|Falklandinseln|Îles Malouines|Falklandeilanden|Islas Malvinas|Isole Falkland|Malvinas
FM FSM Micronesia|Micronesia, Federated States of|Federated States of Micronesia|Mikronesien|Micronésie
FO FRO Faroe Islands|Färöer|Îles Féroé|Faeröer|Islas Feroe|Isole Fær Øer
FR FRA France|French Republic|Frankreich|Frankrijk|Francia|République française
GA GAB Gabon|Gabonese Republic|Gabun
GB GBR United Kingdom|United Kingdom of Great Britain and Northern Ireland|Vereinigtes Königreich|Royaume-Uni|Verenigd Koninkrijk|Reino Unido|Regno Unito|UK|VK|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|Großbritannien|Schottland|Nordirland|Grande-Bretagne|Angleterre|Écosse|Pays de Galles|Irlande du Nord|Groot-Brittannië|Engeland|Schotland|Gran Bretaña|Inglaterra|Escocia|Gales|Irlanda del Norte|Gran Bretagna|Inghilterra|Scozia|Galles|Irlanda del Nord|Great Britain and Northern Ireland
GD GRD Grenada|Grenade|Granada
GE GEO Georgia|Georgien|Géorgie
GF GUF French Guiana|Französisch-Guayana|Guyane française|Frans-Guyana|Guayana Francesa|Guyana Francese
GG GGY Guernsey|Guernesey|Guernsey and Alderney
GH GHA Ghana|Republic of Ghana
GI GIB Gibraltar|Gibilterra
GL GRL Greenland|Grönland|Groenland|Groenlandia
GM GMB Gambia|Republic of the Gambia|Gambie|Gambia, The
GN GIN Guinea|Republic of Guinea|Guinée
GP GLP Guadeloupe|Guadalupe|Guadalupa
GQ GNQ Equatorial Guinea|Republic of Equatorial Guinea|Äquatorialguinea|Guinée équatoriale|Equatoriaal-Guinea|Guinea Ecuatorial|Guinea Equatoriale
GR GRC Greece|Hellenic Republic|Griechenland|Grèce|Griekenland|Grecia|Hellas
GS SGS South Georgia & South Sandwich Islands|South Georgia and the South Sandwich Islands|Südgeorgien und die Südlichen Sandwichinseln|Géorgie du Sud-et-les Îles Sandwich du Sud|Zuid-Georgia en Zuidelijke Sandwicheilanden|Islas Georgia del Sur y Sandwich del Sur|Georgia del Sud e Sandwich Australi
GT GTM Guatemala|Republic of Guatemala
GU GUM Guam
GW GNB Guinea-Bissau|Republic of Guinea-Bissau|Guinée-Bissau|Guinea-Bisáu
GY GUY Guyana|Republic of Guyana
HK HKG Hong Kong SAR China|Hong Kong|Hong Kong Special Administrative Region of China|Sonderverwaltungsregion Hongkong|R.A.S. chinoise de Hong Kong|Hongkong SAR van China|RAE de Hong Kong (China)|RAS di Hong Kong|Hong Kong SAR|Hong Kong, China
HM HMD Heard & McDonald Islands|Heard Island and McDonald Islands|Heard und McDonaldinseln|Îles Heard-et-MacDonald|Heard en McDonaldeilanden|Islas Heard y McDonald|Isole Heard e McDonald
HN HND Honduras|Republic of Honduras
HR HRV Croatia|Republic of Croatia|Kroatien|Croatie|Kroatië|Croacia|Croazia
HT HTI Haiti|Republic of Haiti
HU HUN Hungary|Ungarn|Hongrie|Hongarije|Hungría|Ungheria
ID IDN Indonesia|Republic of Indonesia|Indonesien|Indonésie
IE IRL Ireland|Irland|Irlande|Ierland|Irlanda|Eire|Republic of Ireland|Ireland, Republic of|Republik Irland
IL ISR Israel|State of Israel|Israele
IM IMN Isle of Man|Île de Man|Isla de Man|Isola di Man
IN IND India|Republic of India|Indien|Inde
IO IOT British Indian Ocean Territory|Britisches Territorium im Indischen Ozean|Territoire britannique de l’océan Indien|Brits Indische Oceaanterritorium|Territorio Británico del Océano Índico|Territorio Britannico dell’Oceano Indiano
IQ IRQ Iraq|Republic of Iraq|Irak
IR IRN Iran|Iran, Islamic Republic of|Islamic Republic of Iran
IS ISL Iceland|Republic of Iceland|Island|Islande|IJsland|Islandia|Islanda
IT ITA Italy|Italian Republic|Italien|Italie|Italia
JE JEY Jersey
JM JAM Jamaica|Jamaika|Jamaïque|Giamaica
JO JOR Jordan|Hashemite Kingdom of Jordan|Jordanien|Jordanie|Jordania|Giordania
JP JPN Japan|Japon|Giappone|Nippon
KE KEN Kenya|Republic of Kenya|Kenia
KG KGZ Kyrgyzstan|Kyrgyz Republic|Kirgisistan|Kirghizstan|Kirgizië|Kirguistán|Kirghizistan|Kirghizia|Kirgisien
KH KHM Cambodia|Kingdom of Cambodia|Kambodscha|Cambodge|Cambodja|Camboya|Cambogia
KI KIR Kiribati|Republic of Kiribati
KM COM Comoros|Union of the Comoros|Komoren|Comores|Comoren|Comoras|Comore
KN KNA St. Kitts & Nevis|Saint Kitts and Nevis|St. Kitts und Nevis|Saint-Christophe-et-Niévès|Saint Kitts en Nevis|San Cristóbal y Nieves|Saint Kitts e Nevis
KP PRK North Korea|Korea, Democratic People's Republic of|Democratic People's Republic of Korea|Nordkorea|Corée du Nord|Noord-Korea|Corea del Norte|Corea del Nord|Korea (North)|DPRK|Korea, Dem. Rep.
KR KOR South Korea|Korea, Republic of|Südkorea|Corée du Sud|Zuid-Korea|Corea del Sur|Corea del Sud|Korea|Korea (South)|Korea, Rep.|Corée|Corea|Republic of Korea|Korea Republic
KW KWT Kuwait|State of Kuwait|Koweït|Koeweit
KY CYM Cayman Islands|Kaimaninseln|Îles Caïmans|Kaaimaneilanden|Islas Caimán|Isole Cayman
KZ KAZ Kazakhstan|Republic of Kazakhstan|Kasachstan|Kazachstan|Kazajistán|Kazakistan
LA LAO Laos|Lao People's Democratic Republic
LB LBN Lebanon|Lebanese Republic|Libanon|Liban|Líbano
LC LCA St. Lucia|Saint Lucia|Sainte-Lucie|Santa Lucía
LI LIE Liechtenstein|Principality of Liechtenstein
LK LKA Sri Lanka|Democratic Socialist Republic of Sri Lanka|Ceylon
LR LBR Liberia|Republic of Liberia
LS LSO Lesotho|Kingdom of Lesotho|Lesoto
LT LTU Lithuania|Republic of Lithuania|Litauen|Lituanie|Litouwen|Lituania
LU LUX Luxembourg|Grand Duchy of Luxembourg|Luxemburg|Luxemburgo|Lussemburgo
LV LVA Latvia|Republic of Latvia|Lettland|Lettonie|Letland|Letonia|Lettonia
LY LBY Libya|Libyen|Libye|Libië|Libia|Libyan Arab Jamahiriya
MA MAR Morocco|Kingdom of Morocco|Marokko|Maroc|Marruecos|Marocco
MC MCO Monaco|Principality of Monaco
MD MDA Moldova|Moldova, Republic of|Republic of Moldova|Republik Moldau|Moldavie|Moldavia|Moldawien
ME MNE Montenegro
MF MAF St. Martin|Saint Martin (French part)|Saint-Martin|San Martín
MG MDG Madagascar|Republic of Madagascar|Madagaskar
MH MHL Marshall Islands|Republic of the Marshall Islands|Marshallinseln|Îles Marshall|Marshalleilanden|Islas Marshall|Isole Marshall
MK MKD North Macedonia|Republic of North Macedonia|Nordmazedonien|Macédoine du Nord|Noord-Macedonië|Macedonia del Norte|Macedonia del Nord|Macedonia|Mazedonien|Macédoine|Macedonië|Macedonia, the former Yugoslav Republic of|FYROM|North Macedonia, Republic of|Former Yugoslav Republic of Macedonia|Makedonien
ML MLI Mali|Republic of Mali
MM MMR Myanmar (Burma)|Myanmar|Republic of Myanmar|Myanmar (Birmanie)|Myanmar (Birma)|Myanmar (Birmania)|Burma|Birma|Birmanie|Birmania
MN MNG Mongolia|Mongolei|Mongolie
MO MAC Macao SAR China|Macao|Macao Special Administrative Region of China|Sonderverwaltungsregion Macau|R.A.S. chinoise de Macao|Macau SAR van China|RAE de Macao (China)|RAS di Macao|Macau|Macao SAR|Macau SAR
MP MNP Northern Mariana Islands|Commonwealth of the Northern Mariana Islands|Nördliche Marianen|Îles Mariannes du Nord|Noordelijke Marianen|Islas Marianas del Norte|Isole Marianne Settentrionali
MQ MTQ Martinique|Martinica
MR MRT Mauritania|Islamic Republic of Mauritania|Mauretanien|Mauritanie
MS MSR Montserrat
MT MLT Malta|Republic of Malta|Malte
MU MUS Mauritius|Republic of Mauritius|Maurice|Mauricio
MV MDV Maldives|Republic of Maldives|Malediven|Maldiven|Maldivas|Maldive
MW MWI Malawi|Republic of Malawi|Malaui
MX MEX Mexico|United Mexican States|Mexiko|Mexique|Messico
MY MYS Malaysia|Malaisie|Maleisië|Malasia
MZ MOZ Mozambique|Republic of Mozambique|Mosambik|Mozambico
NA NAM Namibia|Republic of Namibia|Namibie
NC NCL New Caledonia|Neukaledonien|Nouvelle-Calédonie|Nieuw-Caledonië|Nueva Caledonia|Nuova Caledonia
NE NER Niger|Republic of the Niger
NF NFK Norfolk Island|Norfolkinsel|Île Norfolk|Norfolk|Isla Norfolk|Isola Norfolk
NG NGA Nigeria|Federal Republic of Nigeria
NI NIC Nicaragua|Republic of Nicaragua
NL NLD Netherlands|Kingdom of the Netherlands|Niederlande|Pays-Bas|Nederland|Países Bajos|Paesi Bassi|Holland|Hollande|Holanda|Olanda|Netherlands, Kingdom of the
NO NOR Norway|Kingdom of Norway|Norwegen|Norvège|Noorwegen|Noruega|Norvegia
NP NPL Nepal|Federal Democratic Republic of Nepal
NR NRU Nauru|Republic of Nauru
NU NIU Niue
NZ NZL New Zealand|Neuseeland|Nouvelle-Zélande|Nieuw-Zeeland|Nueva Zelanda|Nuova Zelanda|Aotearoa|New Zealand (Aotearoa)
OM OMN Oman|Sultanate of Oman
PA PAN Panama|Republic of Panama
PE PER Peru|Republic of Peru|Pérou
PF PYF French Polynesia|Französisch-Polynesien|Polynésie française|Frans-Polynesië|Polinesia Francesa|Polinesia Francese
PG PNG Papua New Guinea|Independent State of Papua New Guinea|Papua-Neuguinea|Papouasie-Nouvelle-Guinée|Papoea-Nieuw-Guinea|Papúa Nueva Guinea|Papua Nuova Guinea
PH PHL Philippines|Republic of the Philippines|Philippinen|Filipijnen|Filipinas|Filippine
PK PAK Pakistan|Islamic Republic of Pakistan
PL POL Poland|Republic of Poland|Polen|Pologne|Polonia
PM SPM St. Pierre & Miquelon|Saint Pierre and Miquelon|St. Pierre und Miquelon|Saint-Pierre-et-Miquelon|Saint-Pierre en Miquelon|San Pedro y Miquelón|Saint-Pierre e Miquelon
PN PCN Pitcairn Islands|Pitcairn|Pitcairninseln|Îles Pitcairn|Pitcairneilanden|Islas Pitcairn|Isole Pitcairn
PR PRI Puerto Rico|Porto Rico
PS PSE Palestinian Territories|Palestine, State of|the State of Palestine|Palästinensische Autonomiegebiete|Territoires palestiniens|Palestijnse gebieden|Territorios Palestinos|Territori Palestinesi|Palestine|Palästina|Palestina|Palestinian Territory, Occupied|Palestinian Territory
PT PRT Portugal|Portuguese Republic|Portogallo
PW PLW Palau|Republic of Palau|Palaos
PY PRY Paraguay|Republic of Paraguay
QA QAT Qatar|State of Qatar|Katar|Catar
RE REU Réunion|Riunione
RO ROU Romania|Rumänien|Roumanie|Roemenië|Rumanía
RS SRB Serbia|Republic of Serbia|Serbien|Serbie|Servië
RU RUS Russia|Russian Federation|Russland|Russie|Rusland|Rusia|Russische Föderation|Fédération de Russie|Russische Federatie|Federación de Rusia|Federación Rusa|Federazione Russa
RW RWA Rwanda|Rwandese Republic|Ruanda
SA SAU Saudi Arabia|Kingdom of Saudi Arabia|Saudi-Arabien|Arabie saoudite|Saoedi-Arabië|Arabia Saudí|Arabia Saudita|KSA
SB SLB Solomon Islands|Salomonen|Îles Salomon|Salomonseilanden|Islas Salomón|Isole Salomone
SC SYC Seychelles|Republic of Seychelles|Seychellen
SD SDN Sudan|Republic of the Sudan|Soudan|Soedan
SE SWE Sweden|Kingdom of Sweden|Schweden|Suède|Zweden|Suecia|Svezia
SG SGP Singapore|Republic of Singapore|Singapur|Singapour
SH SHN St. Helena|Saint Helena, Ascension and Tristan da Cunha|Sainte-Hélène|Sint-Helena|Santa Elena|Sant’Elena|Saint Helena
SI SVN Slovenia|Republic of Slovenia|Slowenien|Slovénie|Eslovenia
SJ SJM Svalbard & Jan Mayen|Spitzbergen und Jan Mayen|Svalbard et Jan Mayen|Spitsbergen en Jan Mayen|Svalbard y Jan Mayen|Svalbard e Jan Mayen
SK SVK Slovakia|Slovak Republic|Slowakei|Slovaquie|Slowakije|Eslovaquia|Slovacchia|Slowakische Republik|République slovaque|Repubblica Slovacca|República Eslovaca
SL SLE Sierra Leone|Republic of Sierra Leone|Sierra Leona
SM SMR San Marino|Republic of San Marino|Saint-Marin
SN SEN Senegal|Republic of Senegal
SO SOM Somalia|Federal Republic of Somalia|Somalie
SR SUR Suriname|Republic of Suriname|Surinam
SS SSD South Sudan|Republic of South Sudan|Südsudan|Soudan du Sud|Zuid-Soedan|Sudán del Sur
ST STP São Tomé & Príncipe|Democratic Republic of Sao Tome and Principe|São Tomé und Príncipe|Sao Tomé-et-Principe|Sao Tomé en Principe|Santo Tomé y Príncipe|São Tomé e Príncipe
SV SLV El Salvador|Republic of El Salvador|Salvador
SX SXM Sint Maarten|Sint Maarten (Dutch part)|Saint-Martin (partie néerlandaise)|Saint Martin (Dutch part)
SY SYR Syria|Syrian Arab Republic|Syrien|Syrie|Siria
SZ SWZ Eswatini|Kingdom of Eswatini|Esuatini|Swaziland|Swasiland
TC TCA Turks & Caicos Islands|Turks- und Caicosinseln|Îles Turques-et-Caïques|Turks- en Caicoseilanden|Islas Turcas y Caicos|Isole Turks e Caicos
TD TCD Chad|Republic of Chad|Tschad|Tchad|Tsjaad|Ciad
TF ATF French Southern Territories|Französische Süd- und Antarktisgebiete|Terres australes françaises|Franse Gebieden in de zuidelijke Indische Oceaan|Territorios Australes Franceses|Terre Australi Francesi
TG TGO Togo|Togolese Republic
TH THA Thailand|Kingdom of Thailand|Thaïlande|Tailandia|Thailandia
TJ TJK Tajikistan|Republic of Tajikistan|Tadschikistan|Tadjikistan|Tadzjikistan|Tayikistán|Tagikistan
TK TKL Tokelau
TL TLS Timor-Leste|Democratic Republic of Timor-Leste|Timor oriental|Oost-Timor|Timor Est|East Timor|Osttimor
TM TKM Turkmenistan
TN TUN Tunisia|Republic of Tunisia|Tunesien|Tunisie|Tunesië|Túnez
TO TON Tonga|Kingdom of Tonga
TR TUR Türkiye|Republic of Türkiye|Türkei|Turquie|Turkije|Turquía|Turchia|Turkey|Republic of Turkey
TT TTO Trinidad & Tobago|Republic of Trinidad and Tobago|Trinidad und Tobago|Trinité-et-Tobago|Trinidad en Tobago|Trinidad y Tobago|Trinidad e Tobago|Trinidad
TV TUV Tuvalu
TW TWN Taiwan|Taiwan, Province of China|Taiwan, Republic of China|Taiwan ROC|Taiwan, China
TZ TZA Tanzania|Tanzania, United Republic of|United Republic of Tanzania|Tansania|Tanzanie
UA UKR Ukraine|Oekraïne|Ucrania|Ucraina
UG UGA Uganda|Republic of Uganda|Ouganda|Oeganda
UM UMI U.S. Outlying Islands|United States Minor Outlying Islands|Amerikanische Überseeinseln|Îles mineures éloignées des États-Unis|Kleine afgelegen eilanden van de Verenigde Staten|Islas menores alejadas de EE. UU.|Isole Minori Esterne degli Stati Uniti
US USA United States|United States of America|Vereinigte Staaten|États-Unis|Verenigde Staten|Estados Unidos|Stati Uniti|USA|VS|EE. UU.|America|U.S.|US of America|Vereinigte Staaten von Amerika|États-Unis d'Amérique|Verenigde Staten van Amerika|Estados Unidos de América|Stati Uniti d'America|Amerika|Amérique|USA - United States
UY URY Uruguay|Eastern Republic of Uruguay
UZ UZB Uzbekistan|Republic of Uzbekistan|Usbekistan|Ouzbékistan|Oezbekistan
VA VAT Vatican City|Holy See (Vatican City State)|Vatikanstadt|État de la Cité du Vatican|Vaticaanstad|Ciudad del Vaticano|Città del Vaticano|Vatican|Vatican City State|Vatikan
VC VCT St. Vincent & Grenadines|Saint Vincent and the Grenadines|St. Vincent und die Grenadinen|Saint-Vincent-et-les Grenadines|Saint Vincent en de Grenadines|San Vicente y las Granadinas|Saint Vincent e Grenadine|St Vincent and the Grenadines
VE VEN Venezuela|Venezuela, Bolivarian Republic of|Bolivarian Republic of Venezuela
VG VGB British Virgin Islands|Virgin Islands, British|Britische Jungferninseln|Îles Vierges britanniques|Britse Maagdeneilanden|Islas Vírgenes Británicas|Isole Vergini Britanniche
VI VIR U.S. Virgin Islands|Virgin Islands, U.S.|Virgin Islands of the United States|Amerikanische Jungferninseln|Îles Vierges des États-Unis|Amerikaanse Maagdeneilanden|Islas Vírgenes de EE. UU.|Isole Vergini Americane|United States Virgin Islands
VN VNM Vietnam|Socialist Republic of Viet Nam
VU VUT Vanuatu|Republic of Vanuatu
WF WLF Wallis & Futuna|Wallis und Futuna|Wallis-et-Futuna|Wallis en Futuna|Wallis y Futuna|Wallis e Futuna
WS WSM Samoa|Independent State of Samoa
XK XKX Kosovo|Republic of Kosovo|Kosova
YE YEM Yemen|Republic of Yemen|Jemen
YT MYT Mayotte
ZA ZAF South Africa|Republic of South Africa|Südafrika|Afrique du Sud|Zuid-Afrika|Sudáfrica|RSA|South African Republic
ZM ZMB Zambia|Republic of Zambia|Sambia|Zambie
ZW ZWE Zimbabwe|Republic of Zimbabwe|Simbabwe|Zimbabue
`;
