/** Names that stand for personal data, without case, blanks and signs. `name` alone is a person's; `product_name` is none. */
const PERSONAL = new Set([
  ...['email', 'mail', 'emailaddress', 'mailaddress', 'name', 'username', 'login', 'nickname', 'middlename', 'givenname', 'familyname', 'contactname', 'customername', 'billingname', 'shippingname'],
  ...['tel', 'telephone', 'mobile', 'cell', 'fax', 'msisdn', 'address', 'address1', 'address2', 'addressline1', 'addressline2', 'line1', 'line2', 'street', 'housenumber', 'postaladdress'],
  // German, French, Italian and Spanish, without their accents.
  ...['mobil', 'handy', 'anschrift', 'adresse', 'hausnummer', 'empfanger', 'nom', 'prenom', 'rue', 'portable', 'cognome', 'indirizzo', 'cellulare', 'apellido', 'apellidos', 'correo', 'direccion', 'movil'],
  ...['birthday', 'dob', 'ssn', 'passport', 'taxid', 'ip', 'clientip', 'remoteaddr', 'card', 'creditcard', 'pan', 'cvc', 'cvv', 'pwd', 'latitude', 'longitude'],
]);
/** Whatever stands before: `billing_email`, `customerPhoneNumber`. */
const ENDINGS = [
  ...['email', 'emailaddress', 'phone', 'phonenumber', 'mobilenumber', 'firstname', 'lastname', 'fullname', 'surname', 'birthdate', 'dateofbirth', 'streetaddress', 'billingaddress', 'shippingaddress', 'street'],
  ...['vorname', 'nachname', 'familienname', 'strasse', 'geburtsdatum', 'telefon', 'telefonnummer', 'handynummer', 'telefono', 'datedenaissance', 'nomdefamille', 'fechadenacimiento', 'datadinascita'],
  ...['ipaddress', 'cardnumber', 'iban', 'password'],
];
const USERS = new Set(['userid', 'customerid', 'externalid']);

/** True for the name of a field with personal data, however it is written. */
export function isPersonal(name: string): boolean {
  const plain = plainName(name);
  return PERSONAL.has(plain) || ENDINGS.some((ending) => plain.endsWith(ending));
}

/** True for the name of a field with an id of a user, of which the keyed hash is kept. */
export function isUserId(name: string): boolean {
  return USERS.has(plainName(name));
}

function plainName(name: string): string {
  return name.normalize('NFKD').toLowerCase().replaceAll('ß', 'ss').replace(/[^\p{L}\p{N}]/gu, '');
}
