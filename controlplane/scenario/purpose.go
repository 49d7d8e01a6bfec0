package scenario

import (
	"slices"
	"strings"

	"picket/controlplane"
)

// purposeWords is how one purpose shows in a path: any of the words as a whole segment, "a/b" for two after another.
type purposeWords struct {
	purpose controlplane.Purpose
	writes  bool // only by methods that change something: GET shows a page or a state
	words   string
}

// learned gives the words of each purpose, the first that fits decides. They are what APIs in English, German, French,
// Spanish, Portuguese, Italian, Dutch and Polish usually say.
func learned() []purposeWords {
	return []purposeWords{
		{controlplane.PurposeDecoy, false, ".env .git .svn .aws .htaccess wp-login.php wp-admin xmlrpc.php phpmyadmin cgi-bin boaform hnap1 phpinfo.php"},
		{controlplane.PurposeSIMSwap, true, "sim-swap simswap sim-swaps sim/swap sim-change sim/change sim-replacement esim-transfer esim/transfer sim-wechsel simkartentausch cambio-sim troca-sim"},
		{controlplane.PurposePortOut, true, "port-out portout port-outs portouts number-port porting transfer-out mnp portability portierung portabilite portabilidad portabilidade"},
		{controlplane.PurposeReset, true, "reset password-reset reset-password passwordreset resetpassword forgot forgot-password forgotpassword lost-password password/recovery account/recovery recover recovery passwort-vergessen passwort-zuruecksetzen mot-de-passe-oublie recuperar-contrasena recuperar-senha wachtwoord-vergeten"},
		{controlplane.PurposeOTP, true, "otp otps mfa 2fa two-factor verify verify-code verification verifications verification-code one-time-code totp challenge confirm-code sms-code code/verify verifizieren verificar verifier"},
		{controlplane.PurposeExists, false, "signup/available sign-up/available register/available signup/availability username/available usernames/available username/availability email/available email/availability username-available email-available login-available check-username check-email username/check email/check username/exists email/exists users/exists accounts/exists account/exists username-exists email-exists account-exists is-registered"},
		{controlplane.PurposeRegister, true, "register registration signup sign-up sign_up registrations create-account registrieren registrierung inscription inscripcion registro cadastro registrazione rejestracja"},
		{controlplane.PurposeToken, true, "token tokens oauth/token oauth2/token auth/token token/refresh refresh refresh-token refresh_token exchange"},
		{controlplane.PurposeLogin, true, "login log-in log_in logon signin sign-in sign_in auth/login authenticate authentication auth session sessions anmelden anmeldung connexion iniciar-sesion acceder entrar accedi inloggen logowanie"},
		{controlplane.PurposeRedeem, false, "voucher vouchers coupon coupons gift-card gift-cards giftcard giftcards gift-code gift-codes giftcode promo promos promo-code promo-codes promocode promocodes discount-code discount-codes redeem redemption redemptions codes/redeem gutschein gutscheine bon bons cupon cupones cupom buono buoni kupon kupony cadeaubon"},
		{controlplane.PurposeChange, true, "bank-account bank-accounts bankaccount bank-details iban payout-account payout-accounts payout-method payout-methods payout-settings beneficiary beneficiaries profile/address account/address account/email account/phone account/password profile/email profile/phone profile/password me/email me/phone me/password me/address change-email change-phone change-password change-address email/change phone/change password/change address/change update-email update-phone update-password bankverbindung kontoverbindung"},
		{controlplane.PurposePayment, true, "payment payments pay checkout charge charges transfer transfers refund refunds payout payouts top-up topup zahlung zahlungen paiement paiements pago pagos pagamento pagamenti betaling platnosci"},
		{controlplane.PurposeAdmin, false, "admin admins administrator administration staff employee employees operator operators sysadmin internal intern management manage backoffice back-office superuser sudo actuator debug console verwaltung"},
		{controlplane.PurposeExport, false, "export exports dump dumps bulk backup backups download-all report/export csv"},
		{controlplane.PurposeHealth, false, "health healthz healthcheck health-check livez readyz live ready ping status heartbeat alive metrics"},
		{controlplane.PurposeSearch, false, "search searches query find lookup autocomplete suggest suche recherche buscar busca cerca zoeken szukaj"},
	}
}

// forEverybody are words of paths whose records are nobody's own.
const forEverybody = "public product products produkt produkte produit produits producto productos produto produtos prodotti " + //nolint:misspell // Spanish
	"catalog catalogue katalog catalogo article articles artikel articulos artigos news blog posts stores shops locations " +
	"offers plans tariffs tarife categories brands faq docs help events menu cities countries currencies weather"

// ForEverybody tells whether an endpoint's name says that its records are nobody's own: a word of it does, and none after
// that word is another, as in /products/{id}/orders.
func ForEverybody(name string) bool {
	_, target, _ := strings.Cut(name, " ")
	_, path, _ := strings.Cut(strings.ToLower(target), "/")
	words := slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return strings.HasPrefix(s, "{") })
	return len(words) > 0 && slices.Contains(strings.Fields(forEverybody), words[len(words)-1])
}

// forOne are words of paths whose records belong to somebody, however many callers are let in to read them.
const forOne = "orders order invoices invoice customers customer clients client patients patient bookings booking reservations reservation " +
	"statements statement claims claim payslips payslip prescriptions prescription diagnoses tax-returns insurance insurances contracts contract " +
	"medical-records health-records lab-results rechnungen rechnung kunden kunde patienten bestellungen bestellung vertraege " +
	"factures facture commandes commande clientes cliente facturas factura pedidos pedido ordini ordine fatture fattura"

// ForOne tells whether an endpoint's name says that its records are somebody's own: a word before an id does, and those
// after it only say which part of the record.
func ForOne(name string) bool {
	_, target, _ := strings.Cut(name, " ")
	_, path, _ := strings.Cut(strings.ToLower(target), "/")
	words, segments := strings.Fields(forOne), strings.Split(path, "/")
	for i := range segments[:max(len(segments)-1, 0)] {
		if strings.HasPrefix(segments[i+1], "{") && slices.Contains(words, segments[i]) {
			return true
		}
	}
	return false
}

// PurposeOf tells what an endpoint is for by its name, "METHOD [host]/path", as far as its words are known; "" where they
// say nothing.
func PurposeOf(name string) controlplane.Purpose {
	method, target, _ := strings.Cut(name, " ")
	slash := strings.IndexByte(target, '/')
	if slash < 0 {
		return ""
	}
	segments := strings.Split(strings.ToLower(target[slash+1:]), "/")
	writes := method != "GET" && method != "HEAD" && method != "OPTIONS" && method != "DELETE"
	for _, p := range learned() {
		if (writes || !p.writes) && slices.ContainsFunc(strings.Fields(p.words), func(w string) bool { return within(segments, w) }) {
			return p.purpose
		}
	}
	return ""
}

// within reports whether a word, or two after another, are segments.
func within(segments []string, words string) bool {
	first, second, two := strings.Cut(words, "/")
	for i, s := range segments {
		if s == first && (!two || i+1 < len(segments) && segments[i+1] == second) {
			return true
		}
	}
	return false
}
