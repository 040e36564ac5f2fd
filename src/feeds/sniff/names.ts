/**
 * Words that billing systems have for what hub's contracts have, without case and separators (normaliseHeader). Data, from the public
 * column lists of Zuora, Chargebee, Recurly, Stripe and German bookkeeping; the order of a list is the order in which a name is taken.
 */

/** What entities are called: in paths, and before the names of columns. */
export const ENTITY_WORDS: Readonly<Record<string, readonly string[]>> = {
  account: ['account', 'customer', 'client', 'customeraccount', 'konto', 'konten', 'kunde', 'kunden'],
  contact: ['contact', 'billtocontact', 'kontakt', 'kontakte'],
  payment_method: ['paymentmethod', 'paymentsource', 'billinginfo', 'card', 'zahlungsmittel'],
  product_charge: ['productcharge', 'productrateplancharge', 'itemprice', 'price'],
  subscription: ['subscription', 'contract', 'abonnement', 'abo', 'abos', 'vertrag', 'verträge'],
  rate_plan: ['rateplan'],
  rate_plan_charge: ['rateplancharge', 'subscriptioncharge'],
  amendment: ['amendment'],
  invoice: ['invoice', 'bill', 'rechnung', 'rechnungen'],
  invoice_item: ['invoiceitem', 'invoiceline', 'invoicelineitem', 'lineitem', 'adjustment', 'rechnungsposition', 'rechnungspositionen', 'position', 'positionen'],
  payment: ['payment', 'transaction', 'zahlung', 'zahlungen'],
  invoice_payment: ['invoicepayment', 'paymentapplication'],
  refund: ['refund', 'erstattung', 'erstattungen', 'rückerstattung', 'rückerstattungen'],
  refund_invoice_payment: ['refundinvoicepayment', 'refundapplication'],
  credit_memo: ['creditmemo', 'creditnote', 'gutschrift', 'gutschriften'],
  credit_balance_adjustment: ['creditbalanceadjustment'],
};

/** What follows the word of an entity where a column names a record of it. */
export const KEY_WORDS = ['id', 'uuid', 'key', 'code', 'api id', 'schlüssel'].map((word) => word.replace(' ', ''));

/** Columns that every entity has. */
export const COMMON_NAMES: Readonly<Record<string, readonly string[]>> = {
  Id: ['uuid', 'guid', 'key', 'code', 'schlüssel'],
  CreatedDate: ['createdat', 'createdon', 'created', 'datecreated', 'creationdate', 'createtime', 'erstellt', 'erstelltam', 'angelegt', 'angelegtam'],
  UpdatedDate: ['updatedat', 'updatedon', 'updated', 'modifiedat', 'modifiedon', 'modified', 'modifieddate', 'lastmodified', 'lastmodifieddate', 'lastmodifiedat', 'lastupdated', 'geändert', 'geändertam'],
  Currency: ['currencycode', 'isocurrency', 'währung'],
  Status: ['zustand'],
};

/** Columns of single entities. */
export const COLUMN_NAMES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  account: {
    AccountNumber: ['customernumber', 'accountno', 'customerno', 'kundennummer', 'kontonummer'], Name: ['customername'], Balance: ['accountbalance', 'saldo'],
    Batch: ['billingbatch'], CrmId: ['crmaccountid', 'salesforceid'], AutoPay: ['autocollection'], BillCycleDay: ['billingcycleday'], PaymentTerm: ['paymentterms', 'nettermdays', 'netterms'],
    DefaultPaymentMethodId: ['primarypaymentsourceid', 'billinginfoid'], ParentId: ['parentaccountid', 'parentaccountcode', 'parentid'], BillToId: ['billtocontactid'], SoldToId: ['soldtocontactid'],
    Test__c: ['test', 'istest', 'testaccount'], Market__c: ['market'],
  },
  contact: {
    FirstName: ['vorname'], LastName: ['surname', 'familyname', 'nachname'], WorkEmail: ['email', 'emailaddress', 'mail'], WorkPhone: ['phone', 'phonenumber', 'telefon'],
    Address1: ['addressline1', 'line1', 'street', 'street1', 'straße'], Address2: ['addressline2', 'line2', 'street2'], City: ['ort', 'stadt'], State: ['region', 'province', 'stateprovince'],
    PostalCode: ['zip', 'zipcode', 'postcode', 'plz'], Country: ['countrycode', 'land'],
  },
  payment_method: { PaymentMethodStatus: ['status', 'state'], CreditCardType: ['cctype', 'cardbrand', 'brand'], CreditCardExpirationMonth: ['expiremonth', 'expirymonth', 'expmonth'], CreditCardExpirationYear: ['expireyear', 'expiryyear', 'expyear'], CreditCardMaskNumber: ['maskednumber', 'last4'] },
  subscription: {
    Status: ['state'],
    Name: ['subscriptionnumber', 'number'], AutoRenew: ['renews'], SubscriptionStartDate: ['startedat', 'activatedat', 'startdate', 'beginn'], SubscriptionEndDate: ['enddate', 'endedat', 'ende'],
    TermStartDate: ['currenttermstart', 'currenttermstartedat'], TermEndDate: ['currenttermend', 'currenttermendsat'],
    // Where a file tells when the subscription ends, that it was cancelled is when somebody said so.
    CancelledDate: ['cancelledat', 'expiresat', 'canceldate', 'canceledat', 'gekündigtzum'], CancelReason: ['cancelreasoncode', 'cancellationreason', 'kündigungsgrund'],
    CouponCode__c: ['coupon', 'couponcode'], Campaign__c: ['campaign', 'kampagne'], OrderReference__c: ['orderreference', 'bestellnummer'], InvoiceOwnerId: ['invoiceowneraccountid'], OriginalId: ['originalsubscriptionid'], Version: ['subscriptionversion'],
  },
  rate_plan_charge: { Price: ['unitprice', 'unitamount'], ChargeNumber: ['number'] },
  invoice: {
    Status: ['state'],
    InvoiceNumber: ['number', 'invoiceno', 'rechnungsnummer', 'rechnungsnr'], InvoiceDate: ['date', 'billeddate', 'issuedate', 'issuedat', 'billdate', 'rechnungsdatum', 'datum'],
    DueDate: ['dueon', 'dueat', 'fällig', 'fälligam', 'fälligkeit'], PostedDate: ['postedon', 'postedat'], Amount: ['total', 'totalamount', 'grandtotal', 'betrag', 'bruttobetrag'],
    AmountWithoutTax: ['invoicesubtotal', 'netamount', 'amountexcludingtax', 'nettobetrag'], TaxAmount: ['tax', 'totaltax', 'vatamount', 'steuer', 'mwst'], Balance: ['amountdue', 'openamount', 'offen'],
    PaymentAmount: ['amountpaid', 'paidamount', 'bezahlt'], RefundAmount: ['amountrefunded'], Comments: ['comment', 'bemerkung'],
  },
  invoice_item: {
    ChargeName: ['description', 'itemname', 'bezeichnung'], SKU: ['productcode', 'itemcode', 'externalsku', 'artikelnummer'], ChargeAmount: ['subtotal', 'amount', 'lineamount', 'netamount', 'betrag', 'nettobetrag'],
    TaxAmount: ['tax', 'steuer'], UnitPrice: ['unitamount', 'einzelpreis'], Quantity: ['menge'], ServiceStartDate: ['startat', 'startdate', 'datefrom', 'periodstart'], ServiceEndDate: ['endat', 'enddate', 'dateto', 'periodend'],
  },
  payment: {
    Status: ['state'],
    PaymentNumber: ['number', 'zahlungsnummer'], EffectiveDate: ['date', 'paymentdate', 'transactiondate', 'paidat', 'collectedat', 'zahlungsdatum', 'datum'], Amount: ['total', 'betrag'], AppliedAmount: ['amountapplied'], UnappliedAmount: ['amountunused'],
    RefundAmount: ['amountrefunded'], Gateway: ['paymentgateway', 'gatewayname', 'transactiongatewaytype'], ReferenceId: ['idatgateway', 'gatewayreference', 'reference', 'referencenumber'], GatewayResponse: ['gatewaymessage', 'message', 'errortext'], PaymentMethodId: ['paymentsourceid', 'billinginfoid'],
  },
  invoice_payment: { Amount: ['appliedamount'], EffectiveDate: ['appliedat', 'date'] },
  refund: { RefundDate: ['date', 'refundedat', 'datum'], Amount: ['total', 'betrag'], ReasonCode: ['reason', 'grund'], PaymentId: ['refundedtxnid', 'originaltransactionid'] },
  credit_memo: { Number: ['memonumber', 'creditmemonumber', 'creditnotenumber'], ReferredInvoiceId: ['referenceinvoiceid', 'invoiceid', 'referredinvoiceid'], CreditMemoDate: ['date', 'memodate', 'issuedat', 'datum'], Amount: ['total', 'betrag'], AppliedAmount: ['amountallocated'], RefundAmount: ['amountrefunded'], TaxAmount: ['tax'], ReasonCode: ['createreasoncode', 'reason'] },
  credit_balance_adjustment: { AdjustmentDate: ['date'], Number: ['adjustmentnumber'] },
};

/** A column that a file may lack, as the key says the same. */
export const SAME_AS_KEY: Readonly<Record<string, string>> = { account: 'AccountNumber', invoice: 'InvoiceNumber', subscription: 'Name' };

/** What values of other systems are, where they can mean one thing only. */
export const VALUE_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'invoice.Status': { paid: 'Posted', closed: 'Posted', past_due: 'Posted', not_paid: 'Posted', payment_due: 'Posted', open: 'Posted', void: 'Canceled', voided: 'Canceled', gebucht: 'Posted', storniert: 'Canceled', entwurf: 'Draft' },
  'payment.Status': { success: 'Processed', succeeded: 'Processed', settled: 'Processed', paid: 'Processed', declined: 'Error', failure: 'Error', failed: 'Error', void: 'Voided', in_progress: 'Processing' },
  'refund.Status': { success: 'Processed', succeeded: 'Processed', declined: 'Error', failure: 'Error', failed: 'Error', void: 'Canceled', voided: 'Canceled', in_progress: 'Processing' },
  'subscription.Status': { in_trial: 'Active', non_renewing: 'Active', future: 'PendingActivation', paused: 'Suspended' },
  'credit_memo.Status': { adjusted: 'Posted', refunded: 'Posted', refund_due: 'Posted', voided: 'Canceled' },
  'account.Status': { open: 'Active', closed: 'Canceled' },
  'account.AutoPay': { on: 'true', off: 'false' },
};
