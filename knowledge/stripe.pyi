"""stripe 16.1.0 — https://docs.stripe.com/api?lang=python"""

class Customer:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_funding_instructions_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.create_funding_instructions_async")
    @network
    def create_funding_instructions(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.delete_async")
    @network
    def delete(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_discount_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.delete_discount_async")
    @network
    def delete_discount(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_payment_methods_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.list_payment_methods_async")
    @network
    def list_payment_methods(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_payment_method_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.retrieve_payment_method_async")
    @network
    def retrieve_payment_method(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.search_async")
    @network
    def search(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_auto_paging_iter_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.search_auto_paging_iter_async")
    @network
    def search_auto_paging_iter(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_balance_transactions_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.list_balance_transactions_async")
    @network
    def list_balance_transactions(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_balance_transaction_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.create_balance_transaction_async")
    @network
    def create_balance_transaction(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_balance_transaction_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.retrieve_balance_transaction_async")
    @network
    def retrieve_balance_transaction(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_balance_transaction_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.modify_balance_transaction_async")
    @network
    def modify_balance_transaction(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_cash_balance_transactions_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.list_cash_balance_transactions_async")
    @network
    def list_cash_balance_transactions(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_cash_balance_transaction_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.retrieve_cash_balance_transaction_async")
    @network
    def retrieve_cash_balance_transaction(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_sources_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.list_sources_async")
    @network
    def list_sources(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_source_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.create_source_async")
    @network
    def create_source(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_source_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.retrieve_source_async")
    @network
    def retrieve_source(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_source_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.modify_source_async")
    @network
    def modify_source(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_source_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.delete_source_async")
    @network
    def delete_source(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_tax_id_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.create_tax_id_async")
    @network
    def create_tax_id(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_tax_id_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.retrieve_tax_id_async")
    @network
    def retrieve_tax_id(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_tax_id_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.delete_tax_id_async")
    @network
    def delete_tax_id(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_tax_ids_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.list_tax_ids_async")
    @network
    def list_tax_ids(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_cash_balance_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.retrieve_cash_balance_async")
    @network
    def retrieve_cash_balance(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_cash_balance_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.modify_cash_balance_async")
    @network
    def modify_cash_balance(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Customer.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class PaymentIntent:
    @classmethod
    @network
    async def apply_customer_balance_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.apply_customer_balance_async")
    @network
    def apply_customer_balance(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def cancel_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.cancel_async")
    @network
    def cancel(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def capture_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.capture_async")
    @network
    def capture(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def confirm_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.confirm_async")
    @network
    def confirm(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def increment_authorization_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.increment_authorization_async")
    @network
    def increment_authorization(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def verify_microdeposits_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.verify_microdeposits_async")
    @network
    def verify_microdeposits(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.search_async")
    @network
    def search(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_auto_paging_iter_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.search_auto_paging_iter_async")
    @network
    def search_auto_paging_iter(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_amount_details_line_items_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.list_amount_details_line_items_async")
    @network
    def list_amount_details_line_items(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentIntent.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Subscription:
    @classmethod
    @network
    async def cancel_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Subscription.cancel_async")
    @network
    def cancel(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Subscription.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_discount_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Subscription.delete_discount_async")
    @network
    def delete_discount(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Subscription.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def migrate_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Subscription.migrate_async")
    @network
    def migrate(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Subscription.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def pause_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Subscription.pause_async")
    @network
    def pause(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def resume_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Subscription.resume_async")
    @network
    def resume(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Subscription.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Subscription.search_async")
    @network
    def search(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_auto_paging_iter_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Subscription.search_auto_paging_iter_async")
    @network
    def search_auto_paging_iter(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Subscription.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class SubscriptionItem:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SubscriptionItem.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SubscriptionItem.delete_async")
    @network
    def delete(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SubscriptionItem.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SubscriptionItem.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SubscriptionItem.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SubscriptionItem.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Invoice:
    @classmethod
    @network
    async def add_lines_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.add_lines_async")
    @network
    def add_lines(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def attach_payment_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.attach_payment_async")
    @network
    def attach_payment(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_preview_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.create_preview_async")
    @network
    def create_preview(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.delete_async")
    @network
    def delete(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def finalize_invoice_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.finalize_invoice_async")
    @network
    def finalize_invoice(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def mark_uncollectible_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.mark_uncollectible_async")
    @network
    def mark_uncollectible(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def pay_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.pay_async")
    @network
    def pay(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def remove_lines_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.remove_lines_async")
    @network
    def remove_lines(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def send_invoice_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.send_invoice_async")
    @network
    def send_invoice(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def update_lines_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.update_lines_async")
    @network
    def update_lines(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def void_invoice_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.void_invoice_async")
    @network
    def void_invoice(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.search_async")
    @network
    def search(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_auto_paging_iter_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.search_auto_paging_iter_async")
    @network
    def search_auto_paging_iter(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_lines_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.list_lines_async")
    @network
    def list_lines(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Invoice.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class InvoiceItem:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.InvoiceItem.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.InvoiceItem.delete_async")
    @network
    def delete(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.InvoiceItem.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.InvoiceItem.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.InvoiceItem.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.InvoiceItem.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Product:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Product.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Product.delete_async")
    @network
    def delete(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Product.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Product.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Product.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Product.search_async")
    @network
    def search(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_auto_paging_iter_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Product.search_auto_paging_iter_async")
    @network
    def search_auto_paging_iter(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_feature_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Product.delete_feature_async")
    @network
    def delete_feature(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_feature_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Product.retrieve_feature_async")
    @network
    def retrieve_feature(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_features_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Product.list_features_async")
    @network
    def list_features(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_feature_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Product.create_feature_async")
    @network
    def create_feature(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Product.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Price:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Price.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Price.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Price.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Price.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Price.search_async")
    @network
    def search(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_auto_paging_iter_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Price.search_auto_paging_iter_async")
    @network
    def search_auto_paging_iter(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Price.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Refund:
    @classmethod
    @network
    async def cancel_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Refund.cancel_async")
    @network
    def cancel(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Refund.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Refund.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Refund.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Refund.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Refund.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Charge:
    @classmethod
    @network
    async def capture_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Charge.capture_async")
    @network
    def capture(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Charge.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Charge.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Charge.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Charge.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Charge.search_async")
    @network
    def search(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def search_auto_paging_iter_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Charge.search_auto_paging_iter_async")
    @network
    def search_auto_paging_iter(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_refund_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Charge.retrieve_refund_async")
    @network
    def retrieve_refund(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_refunds_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Charge.list_refunds_async")
    @network
    def list_refunds(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Charge.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class PaymentMethod:
    @classmethod
    @network
    async def attach_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentMethod.attach_async")
    @network
    def attach(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentMethod.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def detach_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentMethod.detach_async")
    @network
    def detach(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentMethod.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentMethod.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentMethod.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PaymentMethod.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class SetupIntent:
    @classmethod
    @network
    async def cancel_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SetupIntent.cancel_async")
    @network
    def cancel(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def confirm_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SetupIntent.confirm_async")
    @network
    def confirm(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SetupIntent.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SetupIntent.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SetupIntent.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SetupIntent.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def verify_microdeposits_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SetupIntent.verify_microdeposits_async")
    @network
    def verify_microdeposits(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.SetupIntent.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Event:
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Event.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Event.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Event.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Coupon:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Coupon.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Coupon.delete_async")
    @network
    def delete(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Coupon.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Coupon.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Coupon.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Coupon.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class PromotionCode:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PromotionCode.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PromotionCode.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PromotionCode.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PromotionCode.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.PromotionCode.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Balance:
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Balance.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Balance.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class BalanceTransaction:
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.BalanceTransaction.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.BalanceTransaction.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.BalanceTransaction.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Account:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.delete_async")
    @network
    def delete(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def persons_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.persons_async")
    @network
    def persons(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def reject_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.reject_async")
    @network
    def reject(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def unreject_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.unreject_async")
    @network
    def unreject(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_capabilities_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.list_capabilities_async")
    @network
    def list_capabilities(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_capability_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.retrieve_capability_async")
    @network
    def retrieve_capability(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_capability_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.modify_capability_async")
    @network
    def modify_capability(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_external_account_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.delete_external_account_async")
    @network
    def delete_external_account(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_external_account_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.retrieve_external_account_async")
    @network
    def retrieve_external_account(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_external_account_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.modify_external_account_async")
    @network
    def modify_external_account(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_external_accounts_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.list_external_accounts_async")
    @network
    def list_external_accounts(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_external_account_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.create_external_account_async")
    @network
    def create_external_account(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_login_link_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.create_login_link_async")
    @network
    def create_login_link(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_person_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.delete_person_async")
    @network
    def delete_person(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_person_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.retrieve_person_async")
    @network
    def retrieve_person(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_person_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.modify_person_async")
    @network
    def modify_person(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_persons_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.list_persons_async")
    @network
    def list_persons(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_person_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.create_person_async")
    @network
    def create_person(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Account.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class AccountLink:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.AccountLink.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.AccountLink.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Transfer:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Transfer.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Transfer.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Transfer.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Transfer.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_reversals_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Transfer.list_reversals_async")
    @network
    def list_reversals(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_reversal_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Transfer.create_reversal_async")
    @network
    def create_reversal(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_reversal_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Transfer.retrieve_reversal_async")
    @network
    def retrieve_reversal(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_reversal_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Transfer.modify_reversal_async")
    @network
    def modify_reversal(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Transfer.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Payout:
    @classmethod
    @network
    async def cancel_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Payout.cancel_async")
    @network
    def cancel(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Payout.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Payout.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Payout.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Payout.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def reverse_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Payout.reverse_async")
    @network
    def reverse(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Payout.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Plan:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Plan.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Plan.delete_async")
    @network
    def delete(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Plan.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Plan.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Plan.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Plan.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Token:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Token.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Token.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.Token.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class WebhookEndpoint:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.WebhookEndpoint.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def delete_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.WebhookEndpoint.delete_async")
    @network
    def delete(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.WebhookEndpoint.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.WebhookEndpoint.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.WebhookEndpoint.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.WebhookEndpoint.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

class Webhook:
    @staticmethod
    def construct_event(payload, sig_header, secret, tolerance=..., api_key=...): ...
class StripeError(Exception): ...
class CardError(StripeError): ...
class InvalidRequestError(StripeError): ...
class SignatureVerificationError(StripeError): ...

api_key: str | None

# --- module stripe.checkout ---

class Session:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.checkout.Session.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def expire_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.checkout.Session.expire_async")
    @network
    def expire(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.checkout.Session.list_async")
    @network
    def list(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def list_line_items_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.checkout.Session.list_line_items_async")
    @network
    def list_line_items(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def modify_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.checkout.Session.modify_async")
    @network
    def modify(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def retrieve_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.checkout.Session.retrieve_async")
    @network
    def retrieve(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.checkout.Session.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...

# --- module stripe.billing_portal ---

class Session:
    @classmethod
    @network
    async def create_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.billing_portal.Session.create_async")
    @network
    def create(cls, *args, **kwargs): ...
    @classmethod
    @network
    async def refresh_async(cls, *args, **kwargs): ...
    @classmethod
    @blocks("http", twin="stripe.billing_portal.Session.refresh_async")
    @network
    def refresh(cls, *args, **kwargs): ...
